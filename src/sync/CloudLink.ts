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
import { isLoss } from './isLoss.ts';
import { LinkState } from './LinkState.ts';
import { linkRules } from './linkRules.ts';
import type * as looks from './looks.ts';
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

interface Parts {
  readonly opened: OpenedCloud;
  readonly local: LocalSide;
  readonly state: LinkState;
}

/** One local tier and one cloud, for as long as the app wants the two to agree. */
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
  readonly #reads: RemoteReads;
  readonly #queue = new SerialQueue();
  readonly #stopListening: (() => void)[] = [];
  readonly #ending = new Ending();
  #isLooking = false;
  /** The local tier had no room for something. */
  #isFull = false;
  #conflicts = 0;
  /** Until the last run: what comes without being asked counts for the next one. */
  #counted = noTraffic();

  /** How edits are noted, and what meets what. */
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
    this.#reads = new RemoteReads({ ...options, wanted: this.#wanted });
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
    this.#stopListening.push(
      () => this.#waiting.close(),
      events.listen((event) => {
        if (event.type === 'problem' && isLoss(event.problem)) this.#noteLoss(event.problem.entityKey);
      }),
    );
    for (const key of options.local.lost) this.#noteLoss(key);
    // Before the first look any key may be in the cloud, on a device that has never seen it.
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

  /** Milliseconds that the clock of the cloud is ahead, as far as is known; null: that is being found out. */
  get clockOffset(): number | null {
    return this.#opened.tier.clockOffset ?? this.#state.clockOffset ?? (this.#isLooking ? null : 0);
  }

  get hasPending(): boolean {
    return this.#o.flusher.hasPending || this.#o.outbox.hasWaiting;
  }

  isSynced(entityName: string): boolean {
    return isSyncedBy(this.#o, entityName);
  }

  /** Whether the cloud has whatever of that key and name is here and does not wait to be sent, and gives it back when asked. */
  keeps(entityName: string, entityKey: string): boolean {
    const mayRead = this.#handler.isInStep && this.#o.options.direction !== 'push' && !this.isClosed;
    const isThere = this.#state.isHeld(entityKey) && !this.#hydrator.isUnreadable(entityKey);
    return mayRead && isThere && this.isSynced(entityName);
  }

  /** How far something that is durable here has got. Null: no further. */
  stateOf(entityName: string, id: string, entityKey: string): 'rejected' | 'conflicted' | 'synced' | null {
    return stateBy(this.#o, { entityName, id }, () => this.#state.isHeld(entityKey));
  }

  async run(request: SyncRequest): Promise<SyncOutcome> {
    const { meter, tier, isDegraded } = this.#opened;
    const queueAgeMs = this.#o.outbox.ageAt(this.#o.environment.now());
    this.#conflicts = 0;
    const { pulled, pushed } = await this.#alone(async () => {
      try {
        // Sent blindly, an edit would lose or win against others' without a word: who may look, looks first.
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
        // Nobody is kept waiting by a cloud that cannot be reached.
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

  /** Lists may answer otherwise. */
  changed(): void {
    this.#waiting.changed();
  }

  known(): Promise<void> {
    return this.#reads.known();
  }

  ensure(entityKeys: Iterable<string>): Promise<void> {
    return this.#reads.ensure(entityKeys);
  }

  /** The cloud says that it cannot read what it holds of a key. */
  repair(entityKey: string): void {
    this.#alone(() => this.#hydrator.repair(entityKey)).catch(() => {});
  }

  async close(): Promise<void> {
    if (this.isClosed) return;
    this.#ending.end(new TierSyncError('closed', 'this cloud was detached'));
    for (const stop of this.#stopListening) stop();
    this.#wanted.giveUp();
    this.#o.metadata.forgetCloud();
    // A cloud that does not answer keeps nobody from leaving it.
    this.#opened.tier.close().catch(() => {});
    await this.memory.leave();
  }

  /** One thing at a time; what is under way when the link is closed is left behind. */
  #alone<T>(work: () => Promise<T>): Promise<T> {
    return this.#queue.run(() => this.#ending.before(work()));
  }

  /** What is asked by somebody who only wants to know counts for no run. */
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

  /** What the local tier lost is brought back from the cloud. What that lacks of it is not what was lost here. */
  #noteLoss(entityKey: string): void {
    const isKey = entityKey.startsWith(this.#o.keyPrefix) && entityKey[this.#o.keyPrefix.length] !== '$';
    if (isKey) this.#state.lookAgain(entityKey);
  }
}
