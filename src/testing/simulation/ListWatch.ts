import type { Device } from './Device.ts';
import type { Marked } from './SimulatedData.ts';

/** Sees that live queries do not repeat themselves, and remembers what they said last. */
export class ListWatch {
  readonly #device: Device;
  readonly #latest = new Map<string, string>();
  #emissions = 0;

  constructor(device: Device) {
    this.#device = device;
  }

  get emissions(): number {
    return this.#emissions;
  }

  /** A new query says first what is there. */
  begin(entityName: string): void {
    this.#latest.delete(entityName);
  }

  hear(entityName: string, list: readonly Marked[]): void {
    this.#emissions += 1;
    const text = textOf(list);
    if (this.#latest.get(entityName) === text) {
      this.#device.setting.violations.report('P7', `two equal emissions of all ${entityName}`, this.#device.number);
    }
    this.#latest.set(entityName, text);
  }

  /** At rest: the last emission is the state. */
  compare(entityName: string, state: readonly Marked[]): void {
    const latest = this.#latest.get(entityName);
    if (!this.#device.plan.isWatching || latest === textOf(state)) return;
    const what = `the last emission of all ${entityName} is not the state: ${latest} | ${textOf(state)}`;
    this.#device.setting.violations.report('P7', what, this.#device.number);
  }
}

/** Everything about a list of entities that two devices must agree on. */
export function textOf(list: readonly Marked[]): string {
  const lines = list.map((one) => `${one.id} ${one.mark} ${one.version} ${one.updatedAt.getTime()}`);
  return lines.sort().join('\n');
}
