import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DataOrchestrator, EntityKeyFieldStrategy, silentLogger, TierSyncError } from 'tiersync';
import { describe, expect, test } from 'vitest';
import { type SqliteDatabase, SqlitePersistence } from '../../src/adapters/SqlitePersistence.ts';
import { persistenceContract } from '../../src/testing/index.ts';

type Open = (file: string) => SqliteDatabase & { close(): void };

/** Undefined: not on this machine. */
function tried(open: () => Open): Open | undefined {
  try {
    const found = open();
    found(':memory:').close();
    return found;
  } catch {
    return undefined;
  }
}

interface Task {
  readonly title: string;
  readonly group: string;
}

const require = createRequire(import.meta.url);

const drivers: { readonly [name: string]: Open | undefined } = {
  'node:sqlite': tried(() => {
    const { DatabaseSync } = require('node:sqlite') as { DatabaseSync: new (file: string) => ReturnType<Open> };
    return (file) => new DatabaseSync(file);
  }),
  'better-sqlite3': tried(() => {
    const Database = require('better-sqlite3') as new (file: string) => ReturnType<Open>;
    return (file) => new Database(file);
  }),
};

const folders = new WeakMap<object, string>();
const databases = new WeakMap<object, ReturnType<Open>>();

function openIn(folder: string, open: Open): SqlitePersistence {
  const database = open(join(folder, 'app.db'));
  const persistence = new SqlitePersistence(database);
  folders.set(persistence, folder);
  databases.set(persistence, database);
  return persistence;
}

const newFolder = (): string => mkdtempSync(join(tmpdir(), 'tiersync-sqlite-'));

for (const [name, open] of Object.entries(drivers)) {
  describe.skipIf(open === undefined)(`SQLite by ${name}`, () => {
    const opened = open as Open;

    persistenceContract(test, {
      name: `SqlitePersistence on ${name}`,
      open: () => openIn(newFolder(), opened),
      reopen: (instance) => {
        databases.get(instance)?.close();
        return openIn(folders.get(instance) as string, opened);
      },
      destroy: (instance) => {
        databases.get(instance)?.close();
        rmSync(folders.get(instance) as string, { recursive: true });
      },
      capabilities: {
        isolated: true,
        storeMany: true,
        loadParts: true,
        patchData: true,
        patchMany: true,
        listKeys: true,
        setAside: true,
        close: true,
      },
    });

    test(`[AD130] ${name}: a write waits for the disk, beside readers`, async () => {
      const folder = newFolder();
      const database = opened(join(folder, 'app.db'));
      await new SqlitePersistence(database).storeData('app.a', {});
      expect(database.prepare('PRAGMA journal_mode').get()).toMatchObject({ journal_mode: 'wal' });
      expect(database.prepare('PRAGMA synchronous').get()).toMatchObject({ synchronous: 2 });
      expect(existsSync(join(folder, 'app.db-wal'))).toBe(true);
      database.close();
      rmSync(folder, { recursive: true });
    });

    test(`[AD130] ${name}: what a database says no to is an error of ours, and nothing of it stays`, async () => {
      const database = opened(':memory:');
      const persistence = new SqlitePersistence(database);
      await persistence.storeData('app.a', { Task: {} });
      database.exec(
        "CREATE TRIGGER no BEFORE INSERT ON tiersync WHEN new.key = '\"app.b\"' BEGIN SELECT RAISE(ABORT, 'no'); END",
      );
      const both = ['app.a', 'app.b'].map((key) => [key, { Task: { x: null } }] as never);
      await expect(persistence.storeMany(both)).rejects.toBeInstanceOf(TierSyncError);
      expect(await persistence.loadData('app.a')).toEqual({ Task: {} });
      database.close();
    });

    test(`[AD131] ${name}: an edit of one record writes its row, however large its key is`, async () => {
      const database = opened(':memory:');
      const load = () =>
        DataOrchestrator.create({
          prefix: 'app',
          local: new SqlitePersistence(database),
          strategy: new EntityKeyFieldStrategy('group'),
          logger: silentLogger,
        });
      const data = await load();
      const tasks = data.repo<Task>('Task');
      const ids = tasks.saveMany(Array.from({ length: 500 }, (_, i) => ({ title: `${i}`, group: 'a' })));
      await data.flush();
      const changed = (): number => Number(Object(database.prepare('SELECT total_changes() AS n').get())['n']);
      const before = changed();
      await tasks.update(ids[7] as string, { title: 'new' });
      await data.flush();
      expect(changed() - before).toBeLessThan(10);
      await data.unload();
      const again = await load();
      expect(await again.repo<Task>('Task').get(ids[7] as string)).toMatchObject({ title: 'new', version: 2 });
      expect(await again.repo<Task>('Task').count()).toBe(500);
      await again.unload();
    });
  });
}

test('[AD130] a database or a table that cannot be is a misuse', () => {
  expect(() => new SqlitePersistence('app.db' as never)).toThrow(TypeError);
  const database = { exec: () => {}, prepare: () => ({}) as never };
  expect(() => new SqlitePersistence(database, { table: 'a; DROP TABLE b' })).toThrow(TypeError);
});
