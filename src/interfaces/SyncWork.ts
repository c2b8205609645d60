import type { Conflict, PendingChange, RejectedChange, SyncPlan, SyncProgress, SyncScope } from './SyncTypes.ts';

export interface SyncRequest {
  readonly pull: boolean;
  readonly push: boolean;
  readonly scope?: SyncScope | undefined;
  /** Somebody asked for it by name: everything is compared, and whatever waited for a yes has it. */
  readonly isForced: boolean;
  /** Somebody wants what there is now: what the cloud has told of until now is not enough. */
  readonly isFresh: boolean;
  readonly onProgress: (progress: SyncProgress | null) => void;
}

export interface SyncOutcome {
  readonly pushed: number;
  readonly pulled: number;
  readonly conflicts: number;
  readonly requests: number;
  readonly bytesSent: number;
  readonly bytesReceived: number;
  /** How long the oldest change in the outbox had waited; 0: there was none. */
  readonly queueAgeMs: number;
  readonly clockSkewMs: number | null;
  /** The cloud cannot promise what a cloud should: see the guide. */
  readonly isDegraded: boolean;
  /** When it is worth running again although nothing has happened; null: it is not. */
  readonly againInMs?: number | null;
}

/** What waits for somebody: as lists that are made anew when they change. */
export interface SyncLists {
  readonly pending: readonly PendingChange[];
  readonly conflicts: readonly Conflict[];
  readonly rejected: readonly RejectedChange[];
}

/**
 * What a sync engine drives: one link between the local tier and a cloud. `run` is not called again before it is done;
 * it rejects with a `TierSyncError`, and then nothing is lost.
 */
export interface SyncWork {
  run(request: SyncRequest): Promise<SyncOutcome>;
  plan(scope?: SyncScope): Promise<SyncPlan>;
  /** Everything that the cloud held at the first look is here. */
  readonly isReady: boolean;
  readonly hasPending: boolean;
  /** Whether it is known what the cloud lacks: before the first look, all that is here may have to be sent. */
  readonly hasLooked: boolean;
  lists(): SyncLists;
  /** Calls back when `lists`, `isReady` or `hasPending` may answer otherwise. Returns how to stop that. */
  onChange(listener: () => void): () => void;
  /** Calls back when others have written, where the cloud can tell. */
  watch?(onPoke: () => void): () => void;
  close(): Promise<void>;
}
