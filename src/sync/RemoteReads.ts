import type { DataEvents } from '../DataEvents.ts';
import type { Environment } from '../interfaces/Environment.ts';
import type { MetadataManager } from '../MetadataManager.ts';
import type { CloudReads } from '../ReadThrough.ts';
import { awaitedTimer } from '../util/awaitedTimer.ts';
import { tellIncomplete } from './tellIncomplete.ts';
import type { Wanted } from './Wanted.ts';

export interface RemoteReadsOptions {
  readonly wanted: Wanted;
  readonly metadata: MetadataManager;
  readonly events: DataEvents;
  readonly environment: Pick<Environment, 'setTimer' | 'clearTimer'>;
  /** Asks for a run. */
  readonly pull: () => Promise<unknown>;
}

/** How long a reader waits for a cloud that says nothing. */
const patienceMs = 10_000;
/** No key of anybody's: it is here as soon as it is known which keys there are. */
const anyKey = '';

/** Reads of what is not on this device: they wait for the cloud, but not for ever, and say so where they got nothing. */
export class RemoteReads implements CloudReads {
  readonly #o: RemoteReadsOptions;

  constructor(options: RemoteReadsOptions) {
    this.#o = options;
  }

  async known(): Promise<void> {
    if (this.#o.metadata.isWaiting) await this.#wait([anyKey]);
  }

  /** What cannot be had is told of, and answered with what there is. */
  async ensure(entityKeys: Iterable<string>): Promise<void> {
    const { metadata, events } = this.#o;
    const keys = [...entityKeys].filter((key) => metadata.isAway(key));
    if (keys.length === 0) return;
    await this.#wait(keys);
    tellIncomplete(keys, metadata, events);
  }

  async #wait(keys: readonly string[]): Promise<void> {
    const { environment, wanted, pull } = this.#o;
    const here = Promise.all(keys.map((key) => wanted.want(key)));
    const giveUp = (): void => {
      for (const key of keys) wanted.settle(key, false);
    };
    // A run that began before it was asked says nothing; after this one, what is not here cannot be had now.
    pull().then(giveUp, giveUp);
    const timer = awaitedTimer(environment, giveUp, patienceMs);
    await here;
    environment.clearTimer(timer);
  }
}
