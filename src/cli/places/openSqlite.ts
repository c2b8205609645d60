import { createRequire } from 'node:module';
import { type SqliteDatabase, SqlitePersistence } from '../../adapters/SqlitePersistence.ts';
import { TierSyncError } from '../../errors.ts';
import { UsageError } from '../UsageError.ts';

export interface OpenedSqlite {
  readonly persistence: SqlitePersistence;
  close(): void;
}

const busy = 5;

type Database = SqliteDatabase & { close(): void };

/** A database file. `isAlone`: whoever has it open keeps this out, and is kept out. */
export function openSqlite(file: string, table: string, isAlone: boolean): OpenedSqlite {
  const database = opened(file);
  try {
    if (isAlone) database.exec('PRAGMA locking_mode = EXCLUSIVE');
    // Reading would make one.
    const found = database.prepare("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?").get(table);
    if (!found) throw new UsageError(`${file} has no table ${table}; name another one with --table`);
    return { persistence: new SqlitePersistence(database, { table }), close: () => database.close() };
  } catch (error) {
    database.close();
    const { code, errcode } = Object(error) as { readonly code?: unknown; readonly errcode?: unknown };
    if (code !== 'SQLITE_BUSY' && errcode !== busy) throw error;
    throw new TierSyncError('locked', `${file} is in use by another process; close the app first`, { cause: error });
  }
}

function opened(file: string): Database {
  const require = createRequire(`${process.cwd()}/tiersync`);
  const open = tried(() => {
    const { DatabaseSync } = require('node:sqlite') as { DatabaseSync: new (file: string) => Database };
    return new DatabaseSync(file);
  });
  const found =
    open ??
    tried(() => {
      const Better = require('better-sqlite3') as new (file: string) => Database;
      return new Better(file);
    });
  if (found !== null) return found;
  throw new UsageError('this Node reads no SQLite; take Node 22.5 or later, or npm install better-sqlite3');
}

/** Null: there is no such module. */
function tried(open: () => Database): Database | null {
  try {
    return open();
  } catch (error) {
    const { code } = Object(error) as { readonly code?: unknown };
    if (code === 'MODULE_NOT_FOUND' || code === 'ERR_UNKNOWN_BUILTIN_MODULE') return null;
    throw error;
  }
}
