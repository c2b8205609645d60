/**
 * How far the latest version of an entity has got.
 *
 * - `pending`: in memory; not yet durable on this device.
 * - `local`: durable on this device; not confirmed by a cloud.
 * - `synced`: confirmed by the cloud.
 * - `conflicted`: it was in conflict, and the conflict was neither restored nor dismissed.
 * - `rejected`: the cloud refused it; see `sync.rejected$`.
 */
export type EntitySyncState = 'pending' | 'local' | 'synced' | 'conflicted' | 'rejected';
