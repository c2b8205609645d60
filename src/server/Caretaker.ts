import type { Environment } from '../interfaces/Environment.ts';
import type { ILogger } from '../interfaces/ILogger.ts';
import { Housekeeping } from './Housekeeping.ts';
import type { SyncStore } from './SyncStore.ts';

export interface CaretakerOptions {
  readonly store: SyncStore;
  readonly environment: Environment;
  readonly logger: ILogger;
  readonly tombstoneRetentionMs?: number | undefined;
}

/** What is over is not shown meanwhile. */
const everyMs = 60 * 60_000;
/** Instances that start together do not all begin at once. */
const spreadMs = 10 * 60_000;

/** Does the housekeeping of all tenants now and then, until it is told to stop. */
export class Caretaker {
  readonly #environment: Environment;
  readonly #logger: ILogger;
  readonly #housekeeping: Housekeeping;
  #timer: unknown;
  #isStopped = false;

  constructor({ store, environment, logger, tombstoneRetentionMs }: CaretakerOptions) {
    this.#environment = environment;
    this.#logger = logger;
    const retention = tombstoneRetentionMs === undefined ? {} : { tombstoneRetentionMs };
    this.#housekeeping = new Housekeeping({ store, environment, ...retention });
    this.#timer = this.#later(environment.random() * spreadMs);
  }

  stop(): void {
    this.#isStopped = true;
    this.#environment.clearTimer(this.#timer);
  }

  #later(ms: number): unknown {
    return this.#environment.setTimer(() => void this.#clean(), ms);
  }

  async #clean(): Promise<void> {
    try {
      await this.#housekeeping.collectAll();
    } catch (error) {
      // The next round begins with what was left.
      if (!this.#isStopped) this.#logger.w('Caretaker', 'housekeeping did not come to its end', error);
    }
    if (!this.#isStopped) this.#timer = this.#later(everyMs);
  }
}
