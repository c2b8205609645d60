import { TierSyncError } from '../../errors.ts';
import type { Doom } from './actions.ts';
import type { Chance } from './Chance.ts';
import { type Fate, type FaultRates, fateOf, type Outcome, type RequestTraits } from './fates.ts';
import type { Lifetime } from './Lifetime.ts';
import type { NamedState, Sightings } from './Sightings.ts';
import { summaryOf, type Trace } from './Trace.ts';
import type { Weather } from './Weather.ts';
import type { Happening } from './World.ts';

/** One request: how it is done on the medium, in one step, and what it is like when only part of it is. */
export interface Deed<T> extends RequestTraits {
  readonly method: string;
  readonly name: string;
  /** What is written, for the trace. */
  readonly body: unknown;
  readonly apply: () => T;
  readonly tear?: (() => void) | undefined;
  readonly applyStale?: (() => T) | undefined;
}

export interface RequestsOptions {
  readonly device: number;
  readonly life: Lifetime;
  readonly trace: Trace;
  readonly sightings: Sightings;
  readonly weather: Weather;
  readonly rates: () => FaultRates;
  readonly chance: () => Chance;
  /** Local requests are answered at once, without faults: many more steps a second. */
  readonly isLocalInstant: boolean;
  /** The device crashes now. */
  readonly onCrash: () => void;
  /** The same, and it is away for long. */
  readonly onLeave: (ms?: number) => void;
  /** Hears what became of each request that reached the medium; the result is null where nothing was answered. */
  readonly onOutcome: (deed: Deed<unknown>, outcome: Outcome, result: unknown) => void;
}

type Answer<T> = { readonly result: T } | { readonly error: Error } | null;

/** The way from one process to its media: requests wait here until the world lets them happen, in whatever order. */
export class Requests {
  readonly #o: RequestsOptions;
  /** What has not happened yet, with whether it writes to the cloud. */
  readonly #underWay = new Set<{ readonly happening: Happening; readonly deed: Deed<unknown> }>();

  #doom: { readonly outcome: Doom; readonly ms: number } | null = null;

  constructor(options: RequestsOptions) {
    this.#o = options;
  }

  get hasCloudRequest(): boolean {
    for (const { deed } of this.#underWay) if (deed.medium === 'cloud') return true;
    return false;
  }

  /** The next write to the cloud ends like this. */
  doomNext(outcome: Doom, ms: number): void {
    this.#doom = { outcome, ms };
  }

  /** Nothing is decided in advance any more. */
  forgetDoom(): void {
    this.#doom = null;
  }

  send<T>(deed: Deed<T>): Promise<T> {
    const { life, rates, chance, isLocalInstant, weather, sightings } = this.#o;
    if (life.isOver) return new Promise(() => {});
    const fate = this.#decide(deed, fateOf(deed, rates(), chance()));
    const refusal = weather.refusal(deed);
    if (isLocalInstant && deed.medium === 'local' && refusal === null) return this.#atOnce(deed);
    return new Promise((resolve, reject) => {
      this.#later(deed, fate.before, () => {
        if (refusal !== null || fate.outcome !== 'done') sightings.faults += 1;
        const answer = refusal === null ? this.#meet(deed, fate) : { error: refusal };
        if (answer === null) return;
        if ('error' in answer) this.#note(deed, answer.error.message);
        life.after(fate.after, () => ('error' in answer ? reject(answer.error) : resolve(answer.result)));
      });
    });
  }

  /** The process is over. What was under way reaches the medium, or does not; its own disk at once, the cloud some time. */
  end(): void {
    const { chance, life, sightings } = this.#o;
    const underWay = [...this.#underWay];
    this.#underWay.clear();
    for (const { happening, deed } of underWay) {
      const isCloud = deed.medium === 'cloud';
      if (isCloud && deed.isWrite) sightings.see('crash with a cloud write under way');
      const isLost = chance().happens(0.5);
      if (isCloud && !isLost) continue;
      life.world.callOff(happening);
      // A disk does not mix up what two processes write one after the other.
      if (!isLost) happening.work();
    }
  }

  async #atOnce<T>(deed: Deed<T>): Promise<T> {
    return this.#apply(deed, 'done');
  }

  #decide(deed: Deed<unknown>, fate: Fate): Fate {
    const doom = this.#doom;
    const isMeant = deed.medium === 'cloud' && deed.isWrite && (doom?.outcome !== 'storm' || deed.isConditional);
    if (doom === null || !isMeant) return fate;
    this.#doom = null;
    return { ...fate, outcome: doom.outcome, awayMs: doom.ms };
  }

  #later(deed: Deed<unknown>, ms: number, work: () => void): void {
    // Whatever has left the device arrives, also when the device sleeps: this is the world's time.
    const happening = this.#o.life.world.after(ms, () => {
      this.#underWay.delete(entry);
      work();
    });
    const entry = { happening, deed };
    this.#underWay.add(entry);
  }

  /** What the request is answered; null: nothing, because nobody waits any more. */
  #meet<T>(deed: Deed<T>, fate: Fate): Answer<T> {
    const { sightings, weather, onCrash, onLeave } = this.#o;
    const { outcome } = fate;
    const state = stateOf(deed, outcome);
    if (state !== null) sightings.see(state);
    switch (outcome) {
      case 'refused':
        return { error: new Error('refused') };
      case 'throttled':
        return { error: new TierSyncError('unavailable', 'slow down', { retryAfterMs: weather.restMs }) };
      case 'timeout':
        return { error: new Error('timed out') };
      case 'lostReply':
        this.#apply(deed, outcome);
        return { error: new Error('timed out, but done') };
      case 'duplicated':
        this.#apply(deed, outcome);
        return { result: this.#apply(deed, outcome) };
      case 'storm':
        this.#note(deed, 'storm');
        return { result: 'conflict' as T };
      case 'torn':
        deed.tear?.();
        this.#o.onOutcome(deed, outcome, null);
        return { error: new Error('torn') };
      case 'stale':
        return {
          result: this.#apply(deed.applyStale === undefined ? deed : { ...deed, apply: deed.applyStale }, outcome),
        };
      case 'crashBefore':
        return this.#crash(deed, onCrash);
      case 'crashAfter':
        this.#apply(deed, outcome);
        return this.#crash(deed, onCrash);
      case 'away':
        this.#apply(deed, outcome);
        return this.#crash(deed, () => onLeave(fate.awayMs));
      case 'done':
        return { result: this.#apply(deed, outcome) };
    }
  }

  #apply<T>(deed: Deed<T>, outcome: Outcome): T {
    const result = deed.apply();
    this.#note(deed, summaryOf(result));
    this.#o.onOutcome(deed, outcome, result);
    return result;
  }

  /** The process may be over already: what it had sent arrives all the same. */
  #crash(deed: Deed<unknown>, crash: () => void): null {
    if (this.#o.life.isOver) return null;
    this.#note(deed, 'crash');
    crash();
    return null;
  }

  #note(deed: Deed<unknown>, result: string): void {
    const { life, device, trace } = this.#o;
    const body = deed.body === undefined ? '' : summaryOf(deed.body);
    trace.note(`${life.world.time} ${device} ${deed.medium} ${deed.method} ${deed.name} ${body} -> ${result}`);
  }
}

/** The named state that a request has reached, if it is one. */
function stateOf({ medium, isWrite }: RequestTraits, outcome: Outcome): NamedState | null {
  if (medium === 'local' && isWrite && (outcome === 'refused' || outcome === 'lostReply')) return 'local write failed';
  if (outcome === 'refused') return isWrite ? 'cloud write refused before it happened' : null;
  return statesOf[outcome] ?? null;
}

const statesOf: { readonly [O in Outcome]?: NamedState } = {
  throttled: 'cloud asked to be left alone',
  timeout: 'request timed out before it happened',
  lostReply: 'reply of a cloud write lost',
  duplicated: 'request repeated by the network',
  storm: 'conditional write refused without a rival',
  torn: 'local write torn',
  stale: 'stale read',
  crashBefore: 'crash at a request, not applied',
  crashAfter: 'crash at a request, applied',
};
