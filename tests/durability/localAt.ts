import { mkdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { IBucket, IPersistence } from 'tiersync';
import { FileBucket } from 'tiersync/adapters/file';
import { type SqliteDatabase, SqlitePersistence } from '../../src/adapters/SqlitePersistence.ts';

export type Medium = 'folder' | 'SQLite';

const require = createRequire(import.meta.url);

/** Node 20 has none. */
export const hasSqlite = process.getBuiltinModule?.('node:sqlite') !== undefined;

/** What a device of these tests keeps its notes in. */
export function localAt(medium: Medium, folder: string): IBucket | IPersistence {
  if (medium === 'folder') return new FileBucket(folder, { lockLimitMs: 2000 });
  const { DatabaseSync } = require('node:sqlite') as { DatabaseSync: new (file: string) => SqliteDatabase };
  mkdirSync(folder, { recursive: true });
  return new SqlitePersistence(new DatabaseSync(join(folder, 'app.db')));
}
