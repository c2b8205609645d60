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
  readonly body?: unknown;
  readonly apply: () => T;
  readonly tear?: () => void;
  readonly applyStale?: () => T;
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
    return [...this.#underWay].some(({ deed }) => deed.medium === 'cloud');
  }

  /** The next write to the cloud ends like this. */
  doomNext(outcome: Doom, ms: number): void {
    this.#doom = { outcome, ms };
  }

  send<T>(deed: Deed<T>): Promise<T> {
    const { life, rates, chance, isLocalInstant, weather } = this.#o;
    if (life.isOver) return new Promise(() => {});
    const fate = this.#decide(deed, fateOf(deed, rates(), chance()));
    const refusal = weather.refusal(deed);
    if (isLocalInstant && deed.medium === 'local' && refusal === null) return this.#atOnce(deed);
    return new Promise((resolve, reject) => {
      const answer = (settle: () => void): void => void life.after(fate.after, settle);
      const fail = (error: Error): void => {
        this.#note(deed, error.message);
        answer(() => reject(error));
      };
      this.#later(deed, fate.before, () => {
        if (refusal !== null) return fail(refusal);
        this.#meet(deed, fate, (result) => answer(() => resolve(result)), fail);
      });
    });
  }

  /** The process is over. What was under way reaches the medium, or does not. */
  end(): void {
    const { chance, life, sightings } = this.#o;
    for (const { happening, deed } of this.#underWay) {
      if (deed.medium === 'cloud' && deed.isWrite) sightings.see('crash with a cloud write under way');
      if (chance().happens(0.5)) life.world.callOff(happening);
    }
    this.#underWay.clear();
  }

  async #atOnce<T>(deed: Deed<T>): Promise<T> {
    const result = deed.apply();
    this.#note(deed, summaryOf(result));
    this.#o.onOutcome(deed, 'done', result);
    return result;
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

  #meet<T>(deed: Deed<T>, fate: Fate, done: (result: T) => void, fail: (error: Error) => void): void {
    const { weather } = this.#o;
    const apply = (): T => {
      const result = deed.apply();
      this.#note(deed, summaryOf(result));
      this.#o.onOutcome(deed, fate.outcome, result);
      return result;
    };
    switch (fate.outcome) {
      case 'refused':
        this.#see(deed, 'cloud write refused before it happened', 'local write failed');
        return fail(new Error('refused'));
      case 'throttled':
        this.#o.sightings.see('cloud asked to be left alone');
        return fail(new TierSyncError('unavailable', 'slow down', { retryAfterMs: weather.restMs }));
      case 'timeout':
        this.#o.sightings.see('request timed out before it happened');
        return fail(new Error('timed out'));
      case 'lostReply':
        apply();
        this.#see(deed, 'reply of a cloud write lost', 'local write failed');
        return fail(new Error('timed out, but done'));
      case 'duplicated':
        apply();
        this.#o.sightings.see('request repeated by the network');
        return done(apply());
      case 'storm':
        this.#o.sightings.see('conditional write refused without a rival');
        this.#note(deed, 'storm');
        return done('conflict' as T);
      case 'torn':
        deed.tear?.();
        this.#o.sightings.see('local write torn');
        return fail(new Error('torn'));
      case 'stale': {
        this.#o.sightings.see('stale read');
        const result = (deed.applyStale ?? deed.apply)();
        this.#note(deed, `stale ${summaryOf(result)}`);
        return done(result);
      }
      case 'crashBefore':
      case 'crashAfter':
        return this.#crash(deed, fate.outcome === 'crashAfter' ? apply : null, () => this.#o.onCrash());
      case 'away':
        return this.#crash(deed, apply, () => this.#o.onLeave(fate.awayMs));
      default:
        return done(apply());
    }
  }

  #crash(deed: Deed<unknown>, apply: (() => unknown) | null, crash: () => void): void {
    apply?.();
    if (this.#o.life.isOver) return;
    this.#note(deed, 'crash');
    this.#o.sightings.see(apply === null ? 'crash at a request, not applied' : 'crash at a request, applied');
    crash();
  }

  #see(deed: Deed<unknown>, ofCloud: NamedState, ofLocal: NamedState): void {
    if (deed.isWrite) this.#o.sightings.see(deed.medium === 'cloud' ? ofCloud : ofLocal);
  }

  #note(deed: Deed<unknown>, result: string): void {
    const { life, device, trace } = this.#o;
    const body = deed.body === undefined ? '' : summaryOf(deed.body);
    trace.note(`${life.world.time} ${device} ${deed.medium} ${deed.method} ${deed.name} ${body} -> ${result}`);
  }
}
