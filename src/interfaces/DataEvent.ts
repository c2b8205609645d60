import type { AnyEntity } from './Entity.ts';
import type { TierProblem } from './ITier.ts';
import type { Refusal } from './OutboxEntry.ts';
import type { Conflict } from './SyncTypes.ts';

/**
 * Who made a change:
 *
 * - `user`: this app, by a call of a repository.
 * - `sync`: another device, tab or process.
 * - `hydration`: nobody; a key was loaded from a slower tier.
 * - `expiry`: nobody; the time of an entity was over (`expiresAt`).
 */
export type ChangeSource = 'user' | 'sync' | 'hydration' | 'expiry';

/** What happened to one entity: how it was, and how it is now. */
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

/**
 * What `events$` emits.
 *
 * - `changed`: entities changed in memory. One save, batch, sync or loaded key is one event, however many it changed.
 * - `loaded`: all records of an entity key are in memory now.
 * - `saved`: these changes are durable on this device now.
 * - `synced`: the cloud holds the latest version of these.
 * - `conflict`: two devices changed the same entity. It is decided; what lost can be restored.
 * - `rejected`: the cloud refused a change. It stays on this device, and in `sync.rejected$`, until somebody decides.
 * - `permission-lost`: this device may not see these any more. They are gone from here, and were not deleted.
 * - `evicted`: to make room, these are only in the cloud from now on. They come back when they are read.
 * - `persistence`: the device has answered whether it keeps the data until the user clears it.
 * - `problem`: some stored data could not be read. It was set aside or left alone, never deleted.
 * - `failed`: something in the background failed. Nothing was lost, and it is tried again.
 */
export type DataEvent =
  | { readonly type: 'changed'; readonly source: ChangeSource; readonly changes: readonly EntityChange[] }
  | { readonly type: 'loaded'; readonly entityKey: string }
  | { readonly type: 'saved'; readonly ids: ReadonlyArray<{ readonly entityName: string; readonly id: string }> }
  | { readonly type: 'synced'; readonly ids: ReadonlyArray<{ readonly entityName: string; readonly id: string }> }
  | { readonly type: 'conflict'; readonly conflict: Conflict }
  | {
      readonly type: 'rejected';
      readonly entityName: string;
      readonly id: string;
      readonly refusal: Refusal;
    }
  | {
      readonly type: 'permission-lost';
      readonly ids: ReadonlyArray<{ readonly entityName: string; readonly id: string }>;
    }
  | { readonly type: 'evicted'; readonly ids: ReadonlyArray<{ readonly entityName: string; readonly id: string }> }
  | { readonly type: 'persistence'; readonly isPersistent: boolean }
  | { readonly type: 'problem'; readonly problem: TierProblem }
  | { readonly type: 'failed'; readonly during: 'flush' | 'load' | 'migrate' | 'sync'; readonly error: Error };
