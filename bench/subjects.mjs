// Who is measured. `most`: more entities than that take it most of the time of a run. `without`: what it has no place for.
import { existsSync, readFileSync } from 'node:fs';

const peer = (name, label, packages, facts) => ({
  name,
  label,
  kind: 'peer',
  file: `peers/${name}.mjs`,
  packages,
  ...facts,
});
const indexed = { indexes: true, liveOn: 'indexed' };
const memoryOnly = 'lives in memory only';

export const subjects = [
  {
    name: 'floor',
    label: 'Map by hand',
    kind: 'floor',
    file: 'subjects/floor.mjs',
    indexes: true,
    replicates: true,
    changes: true,
    without: { W10: 'nothing to load' },
  },
  {
    name: 'sqlite',
    label: 'SQLite native',
    kind: 'floor',
    file: 'peers/sqlite.mjs',
    packages: ['better-sqlite3'],
    ...indexed,
    without: { W9: 'not in the heap', W10: 'not for browsers' },
  },
  {
    name: 'ours',
    label: 'tiersync',
    kind: 'ours',
    file: 'subjects/ours.mjs',
    indexes: true,
    replicates: true,
    changes: true,
  },
  {
    name: 'unfrozen',
    label: 'tiersync, freeze: false',
    kind: 'ours',
    file: 'subjects/ours.mjs',
    env: { TIERSYNC_FREEZE: 'off' },
    only: ['W1', 'W1i', 'W2', 'W2d'],
    indexes: true,
  },
  {
    name: 'byBucket',
    label: 'tiersync, by a bucket',
    kind: 'way',
    file: 'subjects/oursByBucket.mjs',
    stages: ['sync'],
    replicates: true,
  },
  {
    name: 'byServer',
    label: 'tiersync, by a server',
    kind: 'way',
    file: 'subjects/oursByServer.mjs',
    stages: ['sync'],
    replicates: true,
  },
  peer('tinybase', 'TinyBase', ['tinybase'], indexed),
  peer('tinybaseMergeable', 'TinyBase Mergeable', ['tinybase'], { ...indexed, replicates: true }),
  peer('sqliteWasm', 'SQLite WASM', ['sql.js'], {
    ...indexed,
    note: 'keeps packed rows, and makes an object of one each time it is read',
  }),
  peer('rxdb', 'RxDB', ['rxdb'], { ...indexed, replicates: true, without: { W7: memoryOnly } }),
  peer('dexie', 'Dexie', ['dexie', 'fake-indexeddb'], {
    ...indexed,
    note: 'on fake-indexeddb, a test double',
    without: { W7: memoryOnly },
  }),
  peer('pouchdb', 'PouchDB', ['pouchdb-core'], {
    ...indexed,
    indexedOnly: true,
    replicates: true,
    without: { W4: 'sorts by an index only', W7: memoryOnly },
  }),
  peer('signaldb', 'SignalDB', ['@signaldb/core'], indexed),
  peer('tanstack', 'TanStack DB', ['@tanstack/db'], { ...indexed, changes: true }),
  peer('lokijs', 'LokiJS', ['lokijs'], {
    ...indexed,
    note: 'keeps, changes and hands out the caller’s own objects: nothing is copied, checked or frozen',
  }),
  peer('yjs', 'Yjs', ['yjs'], {
    replicates: true,
    note: 'hands out its own objects, unprotected; queries are loops written by hand',
  }),
  peer('automerge', 'Automerge', ['@automerge/automerge'], {
    replicates: true,
    most: 10_000,
    note: 'queries are loops written by hand',
  }),
];

export const subject = (name) => subjects.find((known) => known.name === name);

const installed = new URL('peers/node_modules/', import.meta.url);

/** The versions of what is installed for it, or null where something is missing. */
export function versionOf({ packages = [] }) {
  const files = packages.map((name) => new URL(`${name}/package.json`, installed));
  if (!files.every((file) => existsSync(file))) return null;
  return files.map((file) => JSON.parse(readFileSync(file, 'utf8')).version).join(', ');
}
