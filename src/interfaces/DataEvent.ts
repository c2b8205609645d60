import type { AnyEntity } from './Entity.ts';
import type { TierProblem } from './ITier.ts';
import type { Refusal } from './OutboxEntry.ts';
import type { Conflict } from './SyncTypes.ts';

/** Who made a change: the app here, another device, tab or process (`sync`), the loading of a key from a slower tier, or time. */
export type ChangeSource = 'user' | 'sync' | 'hydration' | 'expiry';

/** What one entity was, and is now. */
export interface EntityChange<E = AnyEntity> {
  readonly type: 'created' | 'updated' | 'deleted';
  readonly entityKey: string;
  readonly entityName: string;
  readonly id: string;
  /** As it is now; null: deleted. */
  readonly entity: E | null;
  /** As it was before; null: there was none in memory. */
  readonly previous: E | null;
}

/** What happened, as `events$` tells it; one batch, one sync or one loaded key is one event. */
export type DataEvent =
  /** One save, one batch, one sync or one loaded key is one event, however many entities it changed. */
  | { readonly type: 'changed'; readonly source: ChangeSource; readonly changes: readonly EntityChange[] }
  /** All records of a key are in memory now. */
  | { readonly type: 'loaded'; readonly entityKey: string }
  /** These changes are durable on this device now. */
  | { readonly type: 'saved'; readonly ids: ReadonlyArray<{ readonly entityName: string; readonly id: string }> }
  /** The cloud holds the latest version of these. */
  | { readonly type: 'synced'; readonly ids: ReadonlyArray<{ readonly entityName: string; readonly id: string }> }
  /** Two versions were made without knowing of each other; it is decided, and the other one can be restored. */
  | { readonly type: 'conflict'; readonly conflict: Conflict }
  /** The cloud refused a change. It stays on this device, and in `sync.rejected$`, until somebody decides. */
  | {
      readonly type: 'rejected';
      readonly entityName: string;
      readonly id: string;
      readonly refusal: Refusal;
    }
  /** The cloud does not let this device see these any more; they are gone from here, and were not deleted. */
  | {
      readonly type: 'permission-lost';
      readonly ids: ReadonlyArray<{ readonly entityName: string; readonly id: string }>;
    }
  /** To make room, these are in the cloud only from now on. They come back when they are read. */
  | { readonly type: 'evicted'; readonly ids: ReadonlyArray<{ readonly entityName: string; readonly id: string }> }
  /** The device was asked not to clear the data without the user, and has answered. */
  | { readonly type: 'persistence'; readonly isPersistent: boolean }
  /** Data that could not be read; it was set aside or left alone, never deleted. */
  | { readonly type: 'problem'; readonly problem: TierProblem }
  /** Something in the background failed. It is tried again; nothing was lost. */
  | { readonly type: 'failed'; readonly during: 'flush' | 'load' | 'migrate' | 'sync'; readonly error: Error };
