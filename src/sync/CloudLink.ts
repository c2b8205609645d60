import { TierSyncError } from '../errors.ts';
import type { SyncPlan, SyncScope } from '../interfaces/SyncTypes.ts';
import type { SyncLists, SyncOutcome, SyncRequest, SyncWork } from '../interfaces/SyncWork.ts';
import type { LinkRules } from '../reconcile/Finding.ts';
import { SyncHandler } from '../SyncHandler.ts';
import { Ending } from '../util/Ending.ts';
import { isFull } from '../util/isFull.ts';
import { SerialQueue } from '../util/SerialQueue.ts';
import { noTraffic, trafficSince } from '../util/traffic.ts';
import type { CloudLinkOptions } from './CloudLinkOptions.ts';
import { ConflictJournal } from './ConflictJournal.ts';
import { DeleteGuard } from './DeleteGuard.ts';
import { guardedCloud } from './guardedCloud.ts';
import { guardedLocal, type LocalSide } from './guardedLocal.ts';
import { Hydrator } from './Hydrator.ts';
import { LinkState } from './LinkState.ts';
import { linkRules } from './linkRules.ts';
import type * as looks from './looks.ts';
import { lossOf } from './lossOf.ts';
import { MemorySide } from './MemorySide.ts';
import { maintain } from './maintain.ts';
import { type Cloud, type OpenedCloud, openCloud } from './openCloud.ts';
import { Refused } from './Refused.ts';
import { RefusedDecisions } from './RefusedDecisions.ts';
import { RemoteReads } from './RemoteReads.ts';
import { Settling } from './Settling.ts';
import { isSyncedBy, stateBy } from './syncedBy.ts';
import { syncedNames } from './syncedNames.ts';
import { WaitingLists } from './WaitingLists.ts';
import { Wanted } from './Wanted.ts';

/** What is opened before a link can be made. */
interface Parts {
  readonly opened: OpenedCloud;
  readonly local: LocalSide;
  readonly state: LinkState;
}

/**
 * One local tier and one cloud, from `setCloud` until the next one. It makes the parts of a sync, runs them one at a time,
 * and answers what the app sees of it.
 */
export class CloudLink implements SyncWork {
  readonly #o: CloudLinkOptions;
  readonly #opened: OpenedCloud;
  readonly #state: LinkState;
  readonly memory: MemorySide;
  readonly #handler: SyncHandler;
  readonly #hydrator: Hydrator;
  readonly #waiting: WaitingLists;
  readonly #settling: Settling;
  readonly #wanted = new Wanted();
  readonly reads: RemoteReads;
  readonly #queue = new SerialQueue();
  readonly #stopListening: readonly (() => void)[];
  readonly #ending = new Ending();
  /** A run is about to learn the offset of the cloud's clock. */
  #isLooking = false;
  /** The local tier had no room for something in this run. */
  #isFull = false;
  /** Found in this run. */
  #conflicts = 0;
  /** The traffic that runs have reported so far. What comes unasked, such as a push message, counts for the next run. */
  #counted = noTraffic();
  /** By which edits are noted in the outbox, and versions of both sides are compared. */
  readonly rules: LinkRules;
  readonly watch?: (onPoke: () => void) => () => void;

  static async open(cloud: Cloud, startOver: boolean, options: CloudLinkOptions): Promise<CloudLink> {
    const { environment, metadata } = options;
    let link: CloudLink | null = null;
    const local = guardedLocal({
      local: options.local,
      isClosed: () => link?.isClosed ?? false,
      onDoubt: (keys, error) => {
        for (const key of keys) options.loader.doubted.add(key);
        if (link && isFull(error)) link.#isFull = true;
        if (link?.isClosed) link.memory.leave();
      },
    });
    const state = await LinkState.open({ local, metadata, newDevice: environment.createId(16) });
    if (startOver) state.startOver();
    await options.local.readWaiting();
    const opened = await openCloud(cloud, {
      ...options,
      device: state.device,
      settings: options.options.bucket ?? {},
      isProbed: state.isProbed,
      onProbed: () => {
        state.isProbed = true;
      },
      onProblem: (problem) => {
        options.events.emit({ type: 'problem', problem: { ...problem, tier: 'cloud' } });
        if (problem.code === 'corrupt') link?.repair(problem.entityKey);
      },
    });
    link = new CloudLink(options, { opened, local, state });
    return link;
  }

  private constructor(options: CloudLinkOptions, { opened, local, state }: Parts) {
    const { environment, metadata, outbox, events } = options;
    this.#o = options;
    this.#opened = opened;
    this.#state = state;
    const tier = guardedCloud(opened.tier, () => this.isClosed);
    this.#settling = new Settling({ isNeeded: opened.isDegraded, now: () => environment.now() });
    this.reads = new RemoteReads({ ...options, wanted: this.#wanted });
    this.memory = new MemorySide({ ...options, local });
    this.rules = linkRules({
      ...options,
      isSynced: (name) => this.isSynced(name),
      isHeld: (key) => state.isHeld(key),
      isSettled: (name, id) => this.#settling.isSettled(name, id),
      lookAgain: (key) => state.lookAgain(key),
    });
    const guard = new DeleteGuard({
      countActive: () => local.countActive(),
      maxShare: options.options.maxDeleteShare,
    });
    const { memory, rules } = this;
    const parts = { local, cloud: tier, memory, state, outbox, guard, rules };
    this.#hydrator = new Hydrator({ ...parts, wanted: this.#wanted, room: options.room });
    this.#handler = new SyncHandler({
      ...parts,
      hydrator: this.#hydrator,
      settling: this.#settling,
      metadata,
      environment,
      names: syncedNames(options.options.collections ?? [], options.unsynced),
    });
    const decisions = new RefusedDecisions({ ...options, local, memory, state });
    this.#waiting = new WaitingLists({
      ...options,
      journal: new ConflictJournal({ ...options, local }),
      refused: new Refused({ ...options, decisions }),
      onGone: (gone) => {
        for (const { entityName, id } of gone) this.#settling.forget(entityName, id);
      },
      onConflicts: (count) => {
        this.#conflicts += count;
      },
    });
    if (opened.tier.watch !== undefined) this.watch = (onPoke) => opened.tier.watch!(onPoke);
    this.#stopListening = [() => this.#waiting.close(), events.listen((event) => this.#bringBack(lossOf(event)))];
    for (const key of options.local.lost) this.#bringBack(key);
    // Before the first look the cloud may hold any key, so reads have to wait for it.
    metadata.wait(state.cursor === null && options.options.direction !== 'push');
  }

  get isClosed(): boolean {
    return this.#ending.isOver;
  }

  get hasLooked(): boolean {
    return this.isReady || this.#state.cursor !== null;
  }

  get isReady(): boolean {
    return this.#state.isReady;
  }

  /** How many milliseconds the clock of the cloud is ahead, 0 if that is not known; null: it is being found out. */
  get clockOffset(): number | null {
    return this.#opened.tier.clockOffset ?? this.#state.clockOffset ?? (this.#isLooking ? null : 0);
  }

  get hasPending(): boolean {
    return this.#o.flusher.hasPending || this.#o.outbox.hasWaiting;
  }

  isSynced(entityName: string): boolean {
    return isSyncedBy(this.#o, entityName);
  }

  /** Whether records of that key and name may be evicted here: the cloud has all that is not in the outbox, and can be read. */
  keeps(entityName: string, entityKey: string): boolean {
    const mayRead = this.#handler.isInStep && this.#o.options.direction !== 'push' && !this.isClosed;
    const isThere = this.#state.isHeld(entityKey) && !this.#hydrator.isUnreadable(entityKey);
    return mayRead && isThere && this.isSynced(entityName);
  }

  /** How far a record that is durable here has got with the cloud. Null: it is only durable here. */
  stateOf(entityName: string, id: string, entityKey: string): 'rejected' | 'conflicted' | 'synced' | null {
    return stateBy(this.#o, { entityName, id }, () => this.#state.isHeld(entityKey));
  }

  async run(request: SyncRequest): Promise<SyncOutcome> {
    const { meter, tier, isDegraded } = this.#opened;
    const queueAgeMs = this.#o.outbox.ageAt(this.#o.environment.now());
    this.#conflicts = 0;
    const { pulled, pushed } = await this.#alone(async () => {
      try {
        // An edit that is sent without a look could overwrite others', or lose to them, without a conflict being noticed.
        const round = { ...request, pull: request.pull || this.#o.options.direction !== 'push', isWhole: request.pull };
        this.#isLooking = true;
        const result = await this.#handler.sync(round);
        this.#state.noteClock(tier.clockOffset ?? null);
        await maintain(tier, request);
        await this.#o.room.keepWithin();
        return result;
      } catch (error) {
        if (this.#isFull) await this.#o.room.makeRoom();
        throw error;
      } finally {
        this.#isFull = false;
        // The run is over, even if it failed: readers must not wait for a cloud that cannot be reached.
        this.#isLooking = false;
        if (!this.isClosed) this.#o.metadata.wait(false);
        request.onProgress(null);
      }
    });
    const traffic = trafficSince(this.#counted, meter);
    this.#counted = { ...meter };
    this.changed();
    return {
      pushed,
      pulled,
      conflicts: this.#conflicts,
      ...traffic,
      queueAgeMs,
      clockSkewMs: tier.clockOffset ?? null,
      isDegraded,
      againInMs: this.#settling.againInMs,
    };
  }

  plan(scope: SyncScope = {}): Promise<SyncPlan> {
    return this.#look(({ planOf }, parts) => planOf(parts, scope));
  }

  inspect<What extends keyof looks.CloudSights>(what: What, entityKey: string): Promise<looks.CloudSights[What]> {
    return this.#look(({ inspectCloud }, parts) => inspectCloud[what](parts, entityKey));
  }

  lists(): SyncLists {
    return this.#waiting.lists();
  }

  onChange(listener: () => void): () => void {
    return this.#waiting.onChange(listener);
  }

  /** To be called when `lists` may have changed. */
  changed(): void {
    this.#waiting.changed();
  }

  known(): Promise<void> {
    return this.reads.known();
  }

  ensure(entityKeys: Iterable<string>): Promise<void> {
    return this.reads.ensure(entityKeys);
  }

  /** The cloud has reported that its data of a key is damaged: it is sent once more from here. */
  repair(entityKey: string): void {
    this.#alone(() => this.#hydrator.repair(entityKey)).catch(() => {});
  }

  async close(): Promise<void> {
    if (this.isClosed) return;
    this.#ending.end(new TierSyncError('closed', 'this cloud was detached'));
    for (const stop of this.#stopListening) stop();
    this.#wanted.giveUp();
    this.#o.metadata.forgetCloud();
    // Not awaited: a cloud that does not answer must not hold up the app that leaves it.
    this.#opened.tier.close().catch(() => {});
    await this.memory.leave();
  }

  /** Runs one piece of work at a time. When the link is closed, its caller is told so at once, and nobody waits for its end. */
  #alone<T>(work: () => Promise<T>): Promise<T> {
    return this.#queue.run(() => this.#ending.before(work()));
  }

  /** For questions that change nothing: they wait their turn as runs do, and their traffic is no run's. */
  #look<T>(work: (by: typeof looks, parts: looks.PlanParts) => Promise<T>): Promise<T> {
    const { meter, tier: cloud } = this.#opened;
    return this.#alone(async () => {
      const due = trafficSince(this.#counted, meter);
      try {
        return await work(await import('./looks.ts'), { ...this.#o, cloud, state: this.#state, rules: this.rules });
      } finally {
        this.#counted = trafficSince(due, meter);
      }
    });
  }

  /** The next run fetches a key again of which the local tier has lost something. */
  #bringBack(lost: string | null): void {
    const { keyPrefix } = this.#o;
    if (lost?.startsWith(keyPrefix) && lost[keyPrefix.length] !== '$') this.#state.lookAgain(lost);
  }
}
