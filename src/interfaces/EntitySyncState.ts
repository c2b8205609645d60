/** Where the latest version of an entity has arrived. */
export type EntitySyncState = 'pending' | 'local' | 'synced' | 'conflicted' | 'rejected';
