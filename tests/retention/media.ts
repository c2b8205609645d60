import { createRequire } from 'node:module';
import { MemoryBucket } from 'tiersync';
import { type SqliteDatabase, SqlitePersistence } from '../../src/adapters/SqlitePersistence.ts';
import { type DiskAbilities, TextDisk } from '../support/TextDisk.ts';
import type { Local } from './Shelf.ts';

type Open = new (file: string) => SqliteDatabase;

const require = createRequire(import.meta.url);

/** Undefined: not on this machine. */
function sqlite(): Open | undefined {
  try {
    return (require('node:sqlite') as { DatabaseSync: Open }).DatabaseSync;
  } catch {
    return undefined;
  }
}

const Database = sqlite();

const texts = (abilities: DiskAbilities) => (): (() => Local) => {
  const disk = new TextDisk();
  return () => disk.open(abilities);
};

/** Local media of every kind: each makes one that outlives those who open it. */
export const media: { readonly [name: string]: () => () => Local } = {
  'whole blobs, one after the other': texts({}),
  'whole blobs in one step': texts({ listKeys: true, storeMany: true, exclusive: true }),
  'records in part': texts({ listKeys: true, parts: true }),
  'records in part, in one step': texts({ listKeys: true, parts: true, patchMany: true }),
  'a bucket': () => {
    const bucket = Object.assign(new MemoryBucket(), { close: undefined });
    return () => bucket as unknown as Local;
  },
};

/** Where there is one. */
export const mediumOfSqlite: undefined | (() => () => Local) =
  Database &&
  (() => {
    const database = new Database(':memory:');
    return () => new SqlitePersistence(database);
  });
