import type { Environment } from '../interfaces/Environment.ts';
import { pgliteDatabase } from './database/pgliteDatabase.ts';
import { postgresDatabase } from './database/postgresDatabase.ts';
import type { SyncDatabase } from './database/SyncDatabase.ts';
import { SqlSyncStore } from './SqlSyncStore.ts';
import type { SyncStore } from './SyncStore.ts';

/** Where the data is kept unless something else is said, beside the program that was started. */
export const defaultFolder = 'tiersync-data';

/** Where rows are kept: a folder of its own, unless told. */
export interface StoreOptions {
  /** A folder, the URL of a PostgreSQL (`postgres://...`), or a database that is open already. */
  readonly database?: string | SyncDatabase;
  /** Instead of a database: a store of your own, or a `MemorySyncStore`. */
  readonly store?: SyncStore;
}

export async function openStore(
  { database = defaultFolder, store }: StoreOptions,
  environment: Environment,
): Promise<SyncStore> {
  if (store !== undefined) return store;
  const opened = typeof database === 'string' ? await openDatabase(database) : database;
  try {
    return await SqlSyncStore.open(opened, { environment });
  } catch (error) {
    // What somebody else has opened is theirs to close.
    if (opened !== database) await opened.close();
    throw error;
  }
}

const openDatabase = (place: string): Promise<SyncDatabase> =>
  /^postgres(ql)?:\/\//.test(place) ? postgresDatabase(place) : pgliteDatabase({ folder: place });
