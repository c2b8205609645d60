import type { Environment } from '../interfaces/Environment.ts';
import type { SyncWork } from '../interfaces/SyncWork.ts';
import { maxTimerMs } from './syncRetry.ts';
import { mayWatch, type SyncState } from './syncState.ts';

export interface SyncTriggersOptions {
  readonly work: Pick<SyncWork, 'watch'>;
  readonly environment: Pick<Environment, 'setTimer' | 'clearTimer' | 'onOnline'>;
  /** 0: never. */
  readonly pullMs: number;
  readonly onOnline: () => void;
  /** The cloud has told of others' changes, or it is time to ask. */
  readonly onPoke: () => void;
}

/** What begins a run from outside: the network that comes back (or goes, which is seen then), the cloud that tells of others, and time. */
export class SyncTriggers {
  readonly #o: SyncTriggersOptions;
  readonly #stopListening: () => void;
  #timer: unknown = null;
  #stopWatching: (() => void) | null = null;

  constructor(options: SyncTriggersOptions) {
    this.#o = options;
    this.#stopListening = options.environment.onOnline(options.onOnline);
  }

  /** Listens to the cloud exactly while that is wanted: listening is asking, too. */
  follow(state: SyncState): void {
    if (!mayWatch(state)) {
      this.#stopWatching?.();
      this.#stopWatching = null;
    } else if (this.#stopWatching === null) {
      this.#stopWatching = this.#o.work.watch?.(this.#o.onPoke) ?? null;
    }
  }

  /**
   * The time begins anew: to be called when it starts or stops, and after each run. `soonMs`: it is worth asking again
   * sooner, once.
   */
  restart({ isStarted }: SyncState, soonMs: number | null = null): void {
    const { environment, pullMs, onPoke } = this.#o;
    if (this.#timer !== null) environment.clearTimer(this.#timer);
    this.#timer = null;
    if (!isStarted) return;
    const wait = (ms: number): unknown => (ms === 0 ? null : environment.setTimer(fire, Math.min(ms, maxTimerMs)));
    const fire = (): void => {
      this.#timer = wait(pullMs);
      onPoke();
    };
    this.#timer = wait(soonMs ?? pullMs);
  }

  close(): void {
    this.#stopListening();
  }
}
