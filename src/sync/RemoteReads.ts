import { evictedIn } from '../blob/indexCounts.ts';
import type { DataEvents } from '../DataEvents.ts';
import type { Environment } from '../interfaces/Environment.ts';
import type { MetadataManager } from '../MetadataManager.ts';
import type { CloudReads } from '../ReadThrough.ts';
import type { LocalTier } from '../tiers/LocalTier.ts';
import { awaitedTimer } from '../util/awaitedTimer.ts';
import { tellIncomplete } from './tellIncomplete.ts';
import type { Wanted } from './Wanted.ts';

export interface RemoteReadsOptions {
  readonly wanted: Wanted;
  readonly local: Pick<LocalTier, 'summaryOf'>;
  readonly metadata: MetadataManager;
  readonly events: DataEvents;
  readonly environment: Pick<Environment, 'setTimer' | 'clearTimer'>;
  /** Asks for a run. */
  readonly pull: () => Promise<unknown>;
}

/** How long a reader waits for a cloud that does not answer. */
const patienceMs = 10_000;
/** Stands for "which keys there are". No real key is empty, so it is never fetched: a run that has looked settles it. */
const anyKey = '';

/**
 * Reads of data that is not on this device. They wait for the cloud, but not for ever; if it did not come, they are answered
 * with what is here, and an event says that this is incomplete.
 */
export class RemoteReads implements CloudReads {
  readonly #o: RemoteReadsOptions;

  constructor(options: RemoteReadsOptions) {
    this.#o = options;
  }

  async known(): Promise<void> {
    if (this.#o.metadata.isWaiting) await this.#wait([anyKey]);
  }

  /** Waits for these keys. Those that did not come are reported as incomplete. */
  async ensure(entityKeys: Iterable<string>): Promise<void> {
    const { metadata, events } = this.#o;
    const keys = [...entityKeys].filter((key) => metadata.isAway(key));
    if (keys.length === 0) return;
    await this.#wait(keys);
    tellIncomplete(keys, metadata, events);
  }

  /** For a reader in another tab, to whom it is of no use what is in the memory of this one. */
  async bring(entityKeys: readonly string[]): Promise<void> {
    const { metadata, local } = this.#o;
    const keys = entityKeys.filter((key) => metadata.isAway(key) || evictedIn(local.summaryOf(key)) > 0);
    if (keys.length > 0) await this.#wait(keys);
  }

  async #wait(keys: readonly string[]): Promise<void> {
    const { environment, wanted, pull } = this.#o;
    const here = Promise.all(keys.map((key) => wanted.want(key)));
    const giveUp = (): void => {
      for (const key of keys) wanted.settle(key, false);
    };
    // This run begins after the keys were asked for. What it has not brought when it ends cannot be had now.
    pull().then(giveUp, giveUp);
    const timer = awaitedTimer(environment, giveUp, patienceMs);
    await here;
    environment.clearTimer(timer);
  }
}
