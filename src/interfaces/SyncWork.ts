import type { Conflict, PendingChange, RejectedChange, SyncPlan, SyncProgress, SyncScope } from './SyncTypes.ts';

/** What one run is asked to do. */
export interface SyncRequest {
  readonly pull: boolean;
  readonly push: boolean;
  readonly scope?: SyncScope | undefined;
  /** By `forceSync`: everything is compared, and a sync that waits for consent to its deletions has it. */
  readonly isForced: boolean;
  /** The present state of the cloud is wanted: what it has pushed to this device until now is not enough. */
  readonly isFresh: boolean;
  readonly onProgress: (progress: SyncProgress | null) => void;
}

/** What one run did. */
export interface SyncOutcome {
  readonly pushed: number;
  readonly pulled: number;
  readonly conflicts: number;
  readonly requests: number;
  readonly bytesSent: number;
  readonly bytesReceived: number;
  /** How long the oldest unconfirmed change had waited; 0: there was none. */
  readonly queueAgeMs: number;
  readonly clockSkewMs: number | null;
  /** The cloud is a plain persistence, which cannot keep two writers apart: see docs/guides/bucket.md. */
  readonly isDegraded: boolean;
  /** After this time another run is worth while even if nothing happens; null: it is not. */
  readonly againInMs?: number | null;
}

/** What has not been confirmed or decided yet. Each list is made anew when it changes. */
export interface SyncLists {
  readonly pending: readonly PendingChange[];
  readonly conflicts: readonly Conflict[];
  readonly rejected: readonly RejectedChange[];
}

/**
 * What a sync engine drives: one link between the local tier and a cloud. `run` is never called while another run is under
 * way. It rejects with a `TierSyncError`; nothing is lost by that.
 */
export interface SyncWork {
  run(request: SyncRequest): Promise<SyncOutcome>;
  plan(scope?: SyncScope): Promise<SyncPlan>;
  /** Everything that the cloud held at the first look has been fetched. */
  readonly isReady: boolean;
  /** Whether anything waits to be sent. */
  readonly hasPending: boolean;
  /** Whether the cloud was looked at. Before, it is not known what it lacks: all that is here may have to be sent. */
  readonly hasLooked: boolean;
  lists(): SyncLists;
  /** Calls back when `lists`, `isReady` or `hasPending` may have changed. Returns a function that ends this. */
  onChange(listener: () => void): () => void;
  /** Calls back when others have written, if the cloud can tell. */
  watch?(onPoke: () => void): () => void;
  close(): Promise<void>;
}
