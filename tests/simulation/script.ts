import type { Action, ActionType, Plan } from 'tiersync/testing';

type Of<Type extends ActionType> = Action & { readonly type: Type };
type Rest<Type extends ActionType> = Omit<Of<Type>, 'number' | 'at' | 'device' | 'type'>;

const second = 1_000;
export const minute = 60 * second;

/** A plan that somebody wrote: devices without faults, whose clocks are right, that do this and nothing else. */
export class Script {
  readonly #actions: Action[] = [];
  readonly #devices: number;
  #time = 0;

  constructor(devices: number) {
    this.#devices = devices;
  }

  wait(ms: number): this {
    this.#time += ms;
    return this;
  }

  /** Ten seconds later than what was written before. */
  act<Type extends ActionType>(device: number, type: Type, rest: Rest<Type>): this {
    this.#time += 10 * second;
    this.#actions.push({ number: this.#actions.length, at: this.#time, device, type, ...rest } as unknown as Action);
    return this;
  }

  /** So many edits of one entity, each of them synced: the cloud has something to fold. */
  edits(device: number, id: string, count: number): this {
    for (let edit = 0; edit < count; edit++) {
      this.act(device, 'save', { name: 'Task', id, isLarge: false }).act(device, 'flushCloud', {});
    }
    return this;
  }

  get plan(): Plan {
    const device = {
      clock: { skewMs: 0, grainMs: 1 },
      local: { storeMany: true, listKeys: true, setAside: true, exclusive: true },
      isWatching: true,
    };
    return {
      seed: 1,
      devices: Array.from({ length: this.#devices }, () => device),
      rates: noFaults,
      isLocalInstant: true,
      pullMs: 5 * minute,
      actions: this.#actions,
    };
  }
}
const noFaults: Plan['rates'] = {
  refused: 0,
  throttled: 0,
  timeout: 0,
  lostReply: 0,
  duplicated: 0,
  storm: 0,
  torn: 0,
  stale: 0,
  crash: 0,
  away: 0,
  slow: 0,
  disk: 0,
};
