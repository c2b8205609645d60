import type { SyncLists, SyncWork } from '../interfaces/SyncWork.ts';
import type { LinkRules } from '../reconcile/Finding.ts';
import type { AttachedCloud } from '../sync/AttachedCloud.ts';
import type { CloudLinkOptions } from '../sync/CloudLinkOptions.ts';
import { ConflictJournal } from '../sync/ConflictJournal.ts';
import type { CloudSights } from '../sync/inspectCloud.ts';
import { linkRules } from '../sync/linkRules.ts';
import { Refused } from '../sync/Refused.ts';
import { RemoteReads } from '../sync/RemoteReads.ts';
import { StateView } from '../sync/StateView.ts';
import { isSyncedBy, stateBy } from '../sync/syncedBy.ts';
import { WaitingLists } from '../sync/WaitingLists.ts';
import { Wanted } from '../sync/Wanted.ts';
import type { LeaderCalls } from './LeaderCalls.ts';
import type { TabChanges } from './TabChanges.ts';

export interface FollowedLinkOptions extends CloudLinkOptions {
  readonly leader: LeaderCalls;
  readonly changes: TabChanges;
}

/**
 * A cloud that another tab talks to, as this one sees it: what waits stands in the blobs that both read, where the device
 * stands is read from its note, and what only the other one can do is asked of it.
 */
export class FollowedLink implements AttachedCloud, Pick<SyncWork, 'lists' | 'hasPending' | 'hasLooked'> {
  readonly #o: FollowedLinkOptions;
  readonly #view: StateView;
  readonly #waiting: WaitingLists;
  readonly #reads: RemoteReads;
  readonly rules: LinkRules;

  static async open(options: FollowedLinkOptions): Promise<FollowedLink> {
    const view = await StateView.open(options);
    await options.local.readWaiting();
    return new FollowedLink(options, view);
  }

  private constructor(options: FollowedLinkOptions, view: StateView) {
    const { leader, metadata } = options;
    this.#o = options;
    this.#view = view;
    const wanted = new Wanted();
    this.#reads = new RemoteReads({ ...options, wanted, pull: () => this.#bring(wanted.keys()) });
    this.rules = linkRules({
      ...options,
      isSynced: (name) => isSyncedBy(options, name),
      isHeld: (key) => view.isHeld(key),
      isSettled: () => false,
      lookAgain: (entityKey) => void leader.ask({ what: 'look again', entityKey }).catch(() => {}),
    });
    const decide = async (what: 'retry' | 'discard', entityName: string, id: string): Promise<void> => {
      await leader.ask({ what, entityName, id });
      await options.changes.settled();
    };
    this.#waiting = new WaitingLists({
      ...options,
      journal: new ConflictJournal(options),
      refused: new Refused({
        ...options,
        decisions: {
          retry: ({ entityName, id }) => decide('retry', entityName, id),
          discard: ({ entityName, id }) => decide('discard', entityName, id),
          edit: async ({ entityName, id }, patch) => {
            await options.update(entityName, id, patch);
            await options.flusher.flush();
            await decide('retry', entityName, id);
          },
        },
      }),
    });
    metadata.wait(view.state.cursor === null && options.options.direction !== 'push');
  }

  get isReady(): boolean {
    return this.#view.state.isReady;
  }

  get hasLooked(): boolean {
    return this.isReady || this.#view.state.cursor !== null;
  }

  get hasPending(): boolean {
    return this.#o.flusher.hasPending || this.#o.outbox.hasWaiting;
  }

  get clockOffset(): number {
    return this.#view.state.clockOffset ?? 0;
  }

  /** The tab that talks to the cloud sees to it that there is room. */
  keeps(): boolean {
    return false;
  }

  stateOf(entityName: string, id: string, entityKey: string): 'rejected' | 'conflicted' | 'synced' | null {
    return stateBy(this.#o, { entityName, id }, () => this.#view.isHeld(entityKey));
  }

  lists(): SyncLists {
    return this.#waiting.lists();
  }

  onChange(listener: () => void): () => void {
    return this.#waiting.onChange(listener);
  }

  known(): Promise<void> {
    return this.#reads.known();
  }

  ensure(entityKeys: Iterable<string>): Promise<void> {
    return this.#reads.ensure(entityKeys);
  }

  inspect<What extends keyof CloudSights>(about: What, entityKey: string): Promise<CloudSights[What]> {
    return this.#o.leader.ask({ what: 'inspect', about, entityKey }) as Promise<CloudSights[What]>;
  }

  /** What is written here goes down first, so that the other tab can send it. What cannot go down holds up nothing else. */
  async flush(): Promise<void> {
    await this.#o.flusher.flush().catch(() => {});
  }

  /** Resolves when all is here that the other tab has told of until now. */
  settled(): Promise<void> {
    return this.#o.changes.settled();
  }

  /** The other tab has written where the device stands. */
  async refresh(): Promise<void> {
    await this.#view.refresh();
    this.#waiting.changed();
  }

  close(): void {
    this.#waiting.close();
  }

  async #bring(keys: readonly string[]): Promise<void> {
    try {
      await this.#o.leader.ask({ what: 'bring', keys });
      await this.#o.changes.settled();
      await this.#view.refresh();
    } finally {
      // Nobody is kept waiting by a cloud that cannot be reached.
      this.#o.metadata.wait(false);
    }
  }
}
