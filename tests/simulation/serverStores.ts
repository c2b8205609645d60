import { pgliteDatabase } from '../../src/server/database/pgliteDatabase.ts';
import { postgresDatabase } from '../../src/server/database/postgresDatabase.ts';
import type { SyncDatabase } from '../../src/server/database/SyncDatabase.ts';
import { MemorySyncStore } from '../../src/server/MemorySyncStore.ts';
import { SqlSyncStore } from '../../src/server/SqlSyncStore.ts';
import type { SyncStore } from '../../src/server/SyncStore.ts';

/** Gives each run a store, and a tenant in it that nobody has used. */
export type StorePlace = () => Promise<{ readonly store: SyncStore; readonly tenant: string }>;

/** A lineage is told to devices: with another one each time no two runs of a seed would be alike. */
const createId = (size: number): string => 'simulated'.padEnd(size, '-');
/** Nobody else writes, so that nothing has to be looked for. */
const settings = { environment: { createId }, pollMs: 86_400_000 };

export const inMemory: StorePlace = async () => ({ store: new MemorySyncStore({ createId }), tenant: 'simulated' });

/** In one database for all runs of this thread: a tenant is made at once, a database is not. */
const onDatabase = (open: () => Promise<SyncDatabase>): StorePlace => {
  let opening: Promise<SyncStore> | undefined;
  return async () => {
    opening ??= open().then((database) => SqlSyncStore.open(database, settings));
    return { store: await opening, tenant: crypto.randomUUID() };
  };
};

export const onPglite: StorePlace = onDatabase(() => pgliteDatabase());

/** Where is for whoever starts the thread to say. */
export const onPostgres: StorePlace = onDatabase(() => {
  const url = process.env['SIMULATION_POSTGRES'];
  if (url === undefined) throw new TypeError('set SIMULATION_POSTGRES to the URL of a database that may be written to');
  return postgresDatabase(url);
});
