import type { BucketSettings } from './BucketSettings.ts';
import type { AnyEntity } from './Entity.ts';
import type { ValuePath } from './IDiffCalculator.ts';
import type { TierSyncErrorCode } from './TierSyncErrorCode.ts';

/** How syncing stands, in one word; `SyncReason` says why. */
export type SyncStatus = 'idle' | 'syncing' | 'error' | 'offline';

/** Why the status is what it is, where there is something to say. */
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

/** Whether edits are sent, others' are fetched, or both. */
export type SyncDirection = 'push' | 'pull' | 'both';

/** Which of two versions stays. `merge` goes field by field; `custom` asks a resolver. */
export type ConflictStrategy = 'last-write-wins' | 'server-wins' | 'client-wins' | 'merge' | 'custom';

/** Two versions of one entity that were made without knowing of each other. Null: deleted, or there was none. */
export interface ConflictSides {
  readonly entityName: string;
  readonly id: string;
  /** What both started from; undefined: not known. */
  readonly base: AnyEntity | null | undefined;
  readonly local: AnyEntity | null;
  readonly remote: AnyEntity | null;
  /** Which of them was made later; of a deletion nothing else tells. */
  readonly later: 'local' | 'remote';
}

/** Decides a conflict. Must be pure: two devices that are asked the same must answer the same. */
export interface IConflictResolver {
  /** One of the two sides, or the fields of a new version; null: delete it. */
  resolve(sides: ConflictSides): 'local' | 'remote' | object | null;
}

/** A conflict, decided already: what both sides had, what stays, and how to have the other one back. */
export interface Conflict {
  /** Tells it from others of the same entity. */
  readonly number: number;
  /** When it was found. */
  readonly at: Date;
  readonly entityName: string;
  readonly id: string;
  /** By which it was decided. */
  readonly strategy: ConflictStrategy;
  /** For people. */
  readonly reason: string;
  /** What both started from; undefined: not known. */
  readonly base: AnyEntity | null | undefined;
  /** What this device had; null: it was deleted. */
  readonly local: AnyEntity | null;
  /** What the cloud had; null: it was deleted. */
  readonly remote: AnyEntity | null;
  /** What both sides hold from now on. */
  readonly winner: AnyEntity | null;
  /** Where one side had changed something that did not stay. Empty: nothing was lost. With an empty path: a whole version. */
  readonly lost: readonly ValuePath[];
  /**
   * Brings back what was lost, as a new edit of what the entity is now; what else was merged or edited since stays. At once
   * where the entity is in memory, else as soon as it is read.
   */
  restore(): Promise<void>;
  /** Takes the conflict off the list. */
  dismiss(): void;
}

/** A change of this device that no cloud has confirmed. */
export interface PendingChange {
  readonly entityName: string;
  readonly id: string;
  readonly type: 'create' | 'update' | 'delete';
  /** `rejected`: it waits for somebody to decide, and not for the network. */
  readonly state: 'waiting' | 'rejected';
}

/**
 * A change that the cloud refused. It stays here, and on this device, until somebody decides. A decision is made when it is
 * durable on this device, with or without a network; whether the cloud agrees to it this time is told as of any edit.
 */
export interface RejectedChange {
  readonly entityName: string;
  readonly id: string;
  /** Why, for programs. */
  readonly code: TierSyncErrorCode;
  /** Why, for people. */
  readonly reason: string;
  /** As it is here; null: it was to be deleted. */
  readonly entity: AnyEntity | null;
  /** Sends it again. */
  retry(): Promise<void>;
  /** Takes it back: what the cloud has, or nothing, takes its place. */
  discard(): Promise<void>;
  /** Changes some fields, and sends the result. */
  edit(patch: object): Promise<void>;
}

/** What syncing has done since the data was loaded. */
export interface SyncStats {
  /** Changes that were sent. */
  readonly pushCount: number;
  /** Changes that were fetched. */
  readonly pullCount: number;
  readonly conflictCount: number;
  /** When the last run that succeeded ended. */
  readonly lastSyncAt: Date | null;
  /** Of the last run; null: it succeeded. */
  readonly lastError: Error | null;
  /** After a failure, when it is tried again. Null: nothing failed, or it is tried with the next edit or look. */
  readonly nextTryAt: Date | null;
  /** Asked of the cloud. */
  readonly requests: number;
  readonly bytesSent: number;
  readonly bytesReceived: number;
  readonly lastDurationMs: number | null;
}

/** How far a run has got. */
export interface SyncProgress {
  readonly phase: 'looking' | 'pulling' | 'pushing' | 'checkpoint';
  readonly done: number;
  readonly total: number;
}

/** What a sync would do now. */
export interface SyncPlan {
  /** What would be sent. */
  readonly push: { readonly created: number; readonly updated: number; readonly deleted: number };
  /** What would be fetched. */
  readonly pull: { readonly keys: number; readonly changes: number; readonly deletions: number };
  /** Estimates. */
  readonly requests: number;
  readonly bytes: number;
}

/** Which entities a call speaks of; everything if left out. */
export interface SyncScope {
  /** Entity names. */
  readonly collections?: readonly string[];
  readonly ids?: readonly string[];
}

/** How a cloud is used. */
export interface SyncOptions {
  /** Names to sync; empty or left out: all that do not say `sync: false`. */
  readonly collections?: readonly string[];
  /** `both` unless told. */
  readonly direction?: SyncDirection;
  /** Whether a run that failed is tried again by itself; true unless told. */
  readonly autoRetry?: boolean;
  /** The first wait after a failure; it doubles from there. */
  readonly retryDelay?: number;
  /** After so many failures in a row the status is `error` and quick retries end. */
  readonly maxRetryAttempts?: number;
  /** A pull that would delete more than this share of what is here asks first (`forceSync` says yes). 1: never. */
  readonly maxDeleteShare?: number;
  /** Instead of what `load` says, for as long as this cloud is attached. */
  readonly conflictStrategy?: ConflictStrategy;
  /** The same for the resolver. */
  readonly conflictResolver?: IConflictResolver;
  /** Others' changes are looked for this often, instead of `intervals.pullMs`. 0: only when the cloud tells of them. */
  readonly pullMs?: number;
  /** False: nothing happens before `sync.start()`. */
  readonly autoStart?: boolean;
  /** Forgets how far it got with this cloud: everything is compared, and what the cloud lacks is uploaded again. */
  readonly startOver?: boolean;
  /** How a shared bucket is kept. All devices should say the same. */
  readonly bucket?: Partial<BucketSettings>;
}

/** What a sync did, for those who measure. */
export interface SyncTelemetry {
  readonly type: 'sync';
  /** Milliseconds since 1970. */
  readonly startedAt: number;
  readonly durationMs: number;
  readonly outcome: 'ok' | 'failed';
  readonly error?: string;
  readonly pushed: number;
  readonly pulled: number;
  readonly conflicts: number;
  readonly requests: number;
  readonly bytesSent: number;
  readonly bytesReceived: number;
  /** How long the oldest change in the outbox has waited. */
  readonly queueAgeMs: number;
  /** How far this device's clock is off; null: not known. */
  readonly clockSkewMs: number | null;
}

/** What a change did to its entity. */
export type SyncOperationType = 'create' | 'update' | 'delete';

/** One change that waits to be sent, as a queue shows it. */
export interface ISyncOperation<E = AnyEntity> {
  readonly type: SyncOperationType;
  readonly entityName: string;
  readonly id: string;
  /** As it is now; null: deleted. */
  readonly entity: E | null;
  /** How many runs in a row have failed. */
  readonly attempts: number;
  readonly state: 'waiting' | 'rejected';
}

/** The outbox as a queue: the operations in the order in which they were made. */
export interface IOfflineQueue {
  /** What waits, and what was refused. */
  getAll(): readonly ISyncOperation[];
  readonly size: number;
  /** Sends everything now. */
  process(): Promise<void>;
}

/** One object as applications know it: its own fields under `data`, the rest under `metadata`. */
export interface SyncDocument {
  readonly id: string;
  readonly collection: string;
  readonly data: { readonly [field: string]: unknown };
  readonly metadata?: {
    readonly createdAt?: Date | string;
    readonly updatedAt?: Date | string;
    readonly version?: number;
    readonly expiresAt?: Date | string;
    readonly retentionPriority?: number;
    readonly [field: string]: unknown;
  };
}

/** That something was deleted, when, and by whom; null: by the application itself, or because its time was over. */
export interface DeletionRecord {
  readonly id: string;
  readonly collection: string;
  readonly deletedAt: Date;
  readonly deletedBy: string | null;
}

export type SyncEventType = 'document:created' | 'document:updated' | 'document:deleted' | 'collection:cleared';

/** A change as one event, for applications that listen to the socket themselves. Travelling, the time is an ISO text. */
export interface SyncEvent {
  readonly type: SyncEventType;
  readonly collection: string;
  readonly documentId?: string;
  readonly document?: SyncDocument;
  readonly timestamp: Date;
}
