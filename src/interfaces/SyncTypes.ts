import type { BucketSettings } from './BucketSettings.ts';
import type { AnyEntity } from './Entity.ts';
import type { ValuePath } from './IDiffCalculator.ts';
import type { TierSyncErrorCode } from './TierSyncErrorCode.ts';

/**
 * The state of syncing in one word; `SyncReason` says why.
 *
 * - `idle`: in step, as far as is known.
 * - `syncing`: a sync is running.
 * - `error`: syncing failed, and the cloud has not answered since. It is tried again; `stats$` says when (`nextTryAt`).
 * - `offline`: there is no network, no cloud, or syncing is stopped. Everything else works as usual.
 */
export type SyncStatus = 'idle' | 'syncing' | 'error' | 'offline';

/**
 * Why the status is what it is.
 *
 * - `auth`: the cloud wants a sign-in, or other credentials.
 * - `network`: the cloud cannot be reached.
 * - `quota`: the device or the cloud is full.
 * - `degraded`: it works, but this cloud cannot keep two writers apart.
 * - `upgrade-needed`: a newer version of the app wrote the data; this app has to be updated.
 * - `cloud-unreadable`: the cloud is not what it was: emptied, rolled back, or encrypted otherwise. Nothing is written to it.
 * - `unsuitable-store`: the bucket does not support conditional writes.
 * - `paused`: a sync would delete much of what is here, and waits for `forceSync`.
 * - `stopped`: syncing was not started, or was stopped.
 * - `no-cloud`: no cloud is attached.
 */
export type SyncReason =
  | 'auth'
  | 'network'
  | 'quota'
  | 'degraded'
  | 'upgrade-needed'
  | 'cloud-unreadable'
  | 'unsuitable-store'
  | 'paused'
  | 'stopped'
  | 'no-cloud';

/** Whether edits are sent, the changes of others are fetched, or both. */
export type SyncDirection = 'push' | 'pull' | 'both';

/**
 * How it is decided when two devices changed the same entity without knowing of each other.
 *
 * - `last-write-wins`: the version that was saved later stays.
 * - `server-wins`: the version of the cloud stays.
 * - `client-wins`: the version of this device stays.
 * - `merge`: field by field against the version both started from; a field that both changed is taken from the later one.
 * - `custom`: a resolver of yours decides.
 */
export type ConflictStrategy = 'last-write-wins' | 'server-wins' | 'client-wins' | 'merge' | 'custom';

/** A conflict as a resolver sees it: two versions of one entity that were made without knowing of each other. */
export interface ConflictSides {
  readonly entityName: string;
  readonly id: string;
  /** The version both started from. Null: there was none; undefined: not known. */
  readonly base: AnyEntity | null | undefined;
  /** The version of this device. Null: it was deleted here. */
  readonly local: AnyEntity | null;
  /** The version of the cloud. Null: it was deleted there. */
  readonly remote: AnyEntity | null;
  /** Which of the two was made later. */
  readonly later: 'local' | 'remote';
}

/**
 * Decides conflicts. It must be pure, for two devices that see the same conflict must decide the same.
 *
 *     const resolver = { resolve: ({ local, remote, later }) => (local?.locked ? 'local' : remote?.locked ? 'remote' : later) };
 */
export interface IConflictResolver {
  /** The side that stays, or the fields of a new version, or null to delete the entity. */
  resolve(sides: ConflictSides): 'local' | 'remote' | object | null;
}

/** A conflict that has been decided: both versions, the one that stays, and a way to bring back what lost. */
export interface Conflict {
  /** Distinguishes the conflicts of one entity. */
  readonly number: number;
  /** When it was found. */
  readonly at: Date;
  readonly entityName: string;
  readonly id: string;
  /** The strategy that decided it. */
  readonly strategy: ConflictStrategy;
  /** Why it was decided so, as a sentence for people. */
  readonly reason: string;
  /** The version both started from. Null: there was none; undefined: not known. */
  readonly base: AnyEntity | null | undefined;
  /** The version of this device; null: it was deleted here. */
  readonly local: AnyEntity | null;
  /** The version of the cloud; null: it was deleted there. */
  readonly remote: AnyEntity | null;
  /** The version that stays on both sides; null: deleted. */
  readonly winner: AnyEntity | null;
  /** Paths to what one side had changed and did not stay. Empty: nothing was lost. An empty path: a whole version was lost. */
  readonly lost: readonly ValuePath[];
  /**
   * Brings back what was lost, as a new edit; everything else that was merged or edited meanwhile stays. At once if the
   * entity is in memory, otherwise once it is loaded.
   */
  restore(): Promise<void>;
  /** Removes the conflict from `sync.conflicts$`, without changing the entity. */
  dismiss(): void;
}

/** A change of this device that the cloud has not confirmed. */
export interface PendingChange {
  readonly entityName: string;
  readonly id: string;
  readonly type: 'create' | 'update' | 'delete';
  /** `waiting`: it will be sent. `rejected`: the cloud refused it, and somebody has to decide. */
  readonly state: 'waiting' | 'rejected';
}

/**
 * A change that the cloud refused. It stays on this device, and in `sync.rejected$`, until somebody decides. `retry`, `discard`
 * and `edit` work offline too: they resolve when the decision is durable on this device.
 */
export interface RejectedChange {
  readonly entityName: string;
  readonly id: string;
  /** Why it was refused, for programs. */
  readonly code: TierSyncErrorCode;
  /** Why it was refused, for people. */
  readonly reason: string;
  /** The refused version; null: a deletion was refused. */
  readonly entity: AnyEntity | null;
  /** Sends it again. */
  retry(): Promise<void>;
  /** Undoes the change: the entity becomes what the cloud has, or is gone if the cloud has none. */
  discard(): Promise<void>;
  /** Changes some fields and sends the result. */
  edit(patch: object): Promise<void>;
}

/** Counts over all syncs since the data was loaded. */
export interface SyncStats {
  /** Changes that were sent. */
  readonly pushCount: number;
  /** Changes that were fetched. */
  readonly pullCount: number;
  /** Conflicts that were decided. */
  readonly conflictCount: number;
  /** When the last successful sync ended; null: there was none. */
  readonly lastSyncAt: Date | null;
  /** Why the last sync failed; null: it succeeded. */
  readonly lastError: Error | null;
  /** After a failure, when it is tried again. Null: nothing failed, or it waits for the next edit or `pullMs`. */
  readonly nextTryAt: Date | null;
  /** Requests to the cloud. */
  readonly requests: number;
  readonly bytesSent: number;
  readonly bytesReceived: number;
  /** How long the last sync took; null: there was none. */
  readonly lastDurationMs: number | null;
}

/** How far the present sync has got. */
export interface SyncProgress {
  /**
   * - `looking`: asks the cloud what is new.
   * - `pulling`: fetches entity keys; `done` of `total`.
   * - `pushing`: sends changes.
   * - `checkpoint`: tidies up a bucket.
   */
  readonly phase: 'looking' | 'pulling' | 'pushing' | 'checkpoint';
  readonly done: number;
  readonly total: number;
}

/** What a sync would do now. Making it changes nothing. */
export interface SyncPlan {
  /** How many entities would be sent, by what happened to them here. */
  readonly push: { readonly created: number; readonly updated: number; readonly deleted: number };
  /** How many entity keys would be fetched whole, and how many single changes; `deletions` are among the changes. */
  readonly pull: { readonly keys: number; readonly changes: number; readonly deletions: number };
  /** About how many requests it would take. */
  readonly requests: number;
  /** About how many bytes it would transfer. */
  readonly bytes: number;
}

/** Limits a call to some entities. Without it, the call is about everything. */
export interface SyncScope {
  /** Only entities of these names. */
  readonly collections?: readonly string[];
  /** Only entities with these ids. */
  readonly ids?: readonly string[];
}

/** How a cloud is used. */
export interface SyncOptions {
  /** The entity names to sync. Default, and if empty: all names that are not set to `sync: false`. */
  readonly collections?: readonly string[];
  /** Default: `both`. */
  readonly direction?: SyncDirection;
  /** Whether a sync that failed is soon tried again. Default: true. */
  readonly autoRetry?: boolean;
  /** Milliseconds to wait at most after the first failure; it doubles with each further one, up to 60,000. Default: 1,000. */
  readonly retryDelay?: number;
  /** After this many failures in a row no quick retry follows; the next edit or look tries again. Default: 5. */
  readonly maxRetryAttempts?: number;
  /**
   * A sync that would delete more than this share of the entities here (and more than 20 of them) pauses, until `forceSync`
   * is called. 1: never pauses. Default: 0.5.
   */
  readonly maxDeleteShare?: number;
  /** Takes the place of the strategy given to `load`, for as long as this cloud is attached. */
  readonly conflictStrategy?: ConflictStrategy;
  /** Takes the place of the resolver given to `load`, for as long as this cloud is attached. */
  readonly conflictResolver?: IConflictResolver;
  /** Takes the place of `intervals.pullMs`. 0: others' changes come only when the cloud tells of them, or on request. */
  readonly pullMs?: number;
  /** `false`: nothing is synced before `sync.start()` or an explicit call. Default: true. */
  readonly autoStart?: boolean;
  /** `true`: everything is compared anew with this cloud, and what it lacks is uploaded again. Default: false. */
  readonly startOver?: boolean;
  /** How a shared bucket is kept. Use the same settings on all devices. */
  readonly bucket?: Partial<BucketSettings>;
}

/** What one sync did, as `telemetry` gets it. */
export interface SyncTelemetry {
  readonly type: 'sync';
  /** Milliseconds since 1970. */
  readonly startedAt: number;
  readonly durationMs: number;
  readonly outcome: 'ok' | 'failed';
  /** The code of the failure, if it failed. */
  readonly error?: string;
  readonly pushed: number;
  readonly pulled: number;
  readonly conflicts: number;
  readonly requests: number;
  readonly bytesSent: number;
  readonly bytesReceived: number;
  /** How long the oldest unconfirmed change had waited; 0: there was none. */
  readonly queueAgeMs: number;
  /** How many milliseconds the cloud's clock is ahead of this device's; null: not known. */
  readonly clockSkewMs: number | null;
}

/** What a change does to its entity. */
export type SyncOperationType = 'create' | 'update' | 'delete';

/** One change in the queue. */
export interface ISyncOperation<E = AnyEntity> {
  readonly type: SyncOperationType;
  readonly entityName: string;
  readonly id: string;
  /** The entity as it is now; null: deleted, or not in memory. */
  readonly entity: E | null;
  /** How many syncs in a row have failed. */
  readonly attempts: number;
  /** `waiting`: it will be sent. `rejected`: the cloud refused it, and somebody has to decide. */
  readonly state: 'waiting' | 'rejected';
}

/** The unconfirmed changes of this device as a queue, in the order in which they were made. */
export interface IOfflineQueue {
  /** All changes that wait or were refused. */
  getAll(): readonly ISyncOperation[];
  /** How many there are. */
  readonly size: number;
  /** Sends them now. */
  process(): Promise<void>;
}
