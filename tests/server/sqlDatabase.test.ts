import { Pool } from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { pgliteDatabase } from '../../src/server/database/pgliteDatabase.ts';
import { postgresDatabase } from '../../src/server/database/postgresDatabase.ts';
import type { SyncDatabase } from '../../src/server/database/SyncDatabase.ts';
import { everywhere } from '../../src/server/permissions/Access.ts';
import { SqlSyncStore } from '../../src/server/SqlSyncStore.ts';
import type { SyncStore } from '../../src/server/SyncStore.ts';
import { migrate } from '../../src/server/sql/migrate.ts';
import { migrations } from '../../src/server/sql/migrations.ts';
import { onPostgres } from '../support/onPostgres.ts';
import { pgliteImage } from '../support/pgliteImage.ts';
import { TestEnvironment } from '../support/TestEnvironment.ts';
import { anna, bert, idsOf, note, ServiceStage, wire } from './support.ts';

const tables = ['tenant', 'record', 'permission'];

async function filled(database: SyncDatabase): Promise<SqlSyncStore> {
  const store = await SqlSyncStore.open(database);
  for (const tenant of ['acme', 'other']) {
    const stage = new ServiceStage({ store, everyone: ['read', 'write'] });
    await stage.push({ ...anna, tenant }, [note(`of-${tenant}`, 1)]);
    await stage.grant({ userId: 'anna', collection: 'Note', actions: ['read'] }, tenant);
  }
  return store;
}

/** What a session sees of each table after it said what it says. */
async function seen(database: SyncDatabase, role: string, ...settings: string[]): Promise<number[]> {
  return database.tx(async (session) => {
    for (const setting of settings) await session.query(setting);
    await session.query(`set local role ${role}`);
    const counts: number[] = [];
    for (const table of tables) counts.push((await session.query(`select tenant from tiersync.${table}`)).length);
    return counts;
  });
}

/** What fails only when it is written, together with the commit. */
async function failedWriting(database: SyncDatabase): Promise<void> {
  const store = await SqlSyncStore.open(database);
  const stage = new ServiceStage({ store, everyone: ['read', 'write'] });
  await stage.push(anna, [note('a', 1)]);
  await database.query("alter table tiersync.record add constraint picky check (id <> 'bad')");
  const told: string[] = [];
  store.onChange((tenant) => told.push(tenant));
  const failure = await stage.push(anna, [note('bad', 1)]).catch((error: unknown) => error);
  expect(failure).toMatchObject({ code: 'unavailable' });
  expect((failure as Error).message).not.toMatch(/picky|constraint|bad/);
  expect([told, (await stage.cursor(anna)).seq]).toEqual([[], 1]);
  expect(await stage.push(anna, [note('b', 1)])).toMatchObject({ cursor: { seq: 2 } });
  expect(idsOf(await stage.loadAll(anna))).toEqual(['a', 'b']);
  await database.query('alter table tiersync.record drop constraint picky');
}

async function rowSecurity(database: SyncDatabase, role: string): Promise<void> {
  expect(await seen(database, role)).toEqual([0, 0, 0]);
  expect(await seen(database, role, "set local tiersync.tenant = ''")).toEqual([0, 0, 0]);
  expect(await seen(database, role, "set local tiersync.tenant = 'none'")).toEqual([0, 0, 0]);
  expect(await seen(database, role, "set local tiersync.tenant = 'acme'")).toEqual([1, 1, 1]);
  // Housekeeping sees which tenants there are, and nothing of theirs.
  expect(await seen(database, role, "set local tiersync.housekeeping = 'on'")).toEqual([2, 0, 0]);
  const asAcme = (text: string) =>
    database.tx(async (session) => {
      await session.query("set local tiersync.tenant = 'acme'");
      await session.query(`set local role ${role}`);
      return session.query(text);
    });
  expect(await asAcme("update tiersync.record set device = 'x' where tenant = 'other' returning id")).toEqual([]);
  expect(await asAcme("delete from tiersync.permission where tenant = 'other' returning place")).toEqual([]);
  await expect(asAcme("update tiersync.record set tenant = 'other'")).rejects.toThrow(/row-level security/);
  await expect(asAcme("insert into tiersync.permission values ('other', 'p', '{}')")).rejects.toThrow(
    /row-level security/,
  );
}

describe('on PGlite', () => {
  let database: SyncDatabase;
  beforeAll(async () => {
    database = await pgliteDatabase({ image: await pgliteImage() });
  }, 60_000);
  afterAll(() => database.close());

  test('[ST2] who does not say a tenant sees no row, and who says one sees and changes no others', async () => {
    await filled(database);
    await rowSecurity(database, 'tiersync_rows');
  });

  test('[SD3] a database that a newer version has migrated is left alone', async () => {
    await migrate(database);
    const newer = [...migrations, { number: 99, statements: ['create table tiersync.later (value int)'] }];
    await migrate(database, newer);
    await migrate(database, newer);
    await expect(SqlSyncStore.open(database)).rejects.toMatchObject({ code: 'upgrade-needed' });
    await database.query('drop schema tiersync cascade');
  });

  test('[SD4] what fails when it is written leaves nothing, and nobody is told that it was done', async () => {
    await failedWriting(database);
    await database.query('drop schema tiersync cascade');
  });

  test('[SD9] writers share a way as long as what they look for is little, and the others take the next', async () => {
    let writes = 0;
    const tx: SyncDatabase['tx'] = (work, options) => {
      if (options?.isSnapshot !== true) writes += 1;
      return database.tx(work, options);
    };
    const store = await SqlSyncStore.open({ ...bound(database), tx });
    const stage = new ServiceStage({ store, everyone: ['read', 'write'] });
    const many = Array.from({ length: 8 }, (_, n) => `n${n}`);
    const text = 'x'.repeat(1_000_000);
    const version = (id: string, n: number) => note(id, n, { text }, n);
    for (const id of many) await stage.push(bert, [version(id, 1)]);
    const since = await stage.cursor(anna);
    writes = 0;
    const save = (id: string) => stage.service.push(anna, { since, device: 'd', changes: [wire(version(id, 2))] });
    const answers = await Promise.all(many.map(save));
    expect(answers).toMatchObject(many.map(() => ({ results: ['applied'] })));
    // The first goes at once, five have room together, and two are left.
    expect(writes).toBe(3);
    expect((await store.read('acme', (reader) => reader.head())).seq).toBe(16);
    await database.query('drop schema tiersync cascade');
  });

  test('[SD4] what the database says in an error is not told, and nothing is half done', async () => {
    const store = await SqlSyncStore.open(database);
    const stage = new ServiceStage({ store, everyone: ['read', 'write'] });
    await stage.push(anna, [note('a', 1)]);
    await database.query('alter table tiersync.record rename column device to elsewhere');
    const failure = await stage.push(anna, [note('b', 1)]).catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: 'unavailable' });
    expect((failure as Error).message).not.toMatch(/select|insert|column|tiersync|device/i);
    await database.query('alter table tiersync.record rename column elsewhere to device');
    expect(idsOf(await stage.loadAll(anna))).toEqual(['a']);
  });
});

onPostgres((cluster) => {
  test('[ST2] policies hold for a superuser, who steps down, and for an ordinary owner', async () => {
    const url = await cluster().database();
    const database = await postgresDatabase(url);
    await filled(database);
    await rowSecurity(database, 'tiersync_rows');
    await database.close();

    await cluster().run('create role app login');
    const ordinary = await postgresDatabase(await cluster().database('app'));
    await filled(ordinary);
    await rowSecurity(ordinary, 'app');
    expect(await ordinary.query('select * from tiersync.record')).toEqual([]);
    await ordinary.close();
  });

  test('[SD4] what fails when it is written leaves nothing, by a URL and by a pool of one’s own', async () => {
    const url = await cluster().database();
    const database = await postgresDatabase(url);
    await failedWriting(database);
    await database.query('drop schema tiersync cascade');
    await database.close();
    const pool = new Pool({ connectionString: url });
    const own = await postgresDatabase(pool);
    await failedWriting(own);
    await own.close();
    await pool.end();
  });

  test('[SD3] instances that start at once migrate once', async () => {
    const url = await cluster().database();
    const databases = await Promise.all([1, 2, 3, 4, 5].map(() => postgresDatabase(url, { max: 2 })));
    const stores = await Promise.all(databases.map((database) => SqlSyncStore.open(database)));
    expect(await databases[0]!.query('select number from tiersync.migration')).toEqual([{ number: 1 }]);
    await Promise.all(stores.map((store) => store.close()));
  });

  test('[SD5] a commit of one instance is heard by another, also after its connections were cut', async () => {
    const url = await cluster().database();
    const one = await postgresDatabase(url);
    const two = opened(await postgresDatabase(url, { listenAgainMs: 10 }));
    const writer = await SqlSyncStore.open(one, { pollMs: 3_600_000 });
    const listener = await SqlSyncStore.open(two.database, { pollMs: 3_600_000 });
    const told = new Told(listener);
    await two.listening.next();
    await write(writer, 'a');
    expect(await told.next()).toBe('acme');
    expect(await cluster().cut(url, true)).toBeGreaterThan(0);
    await two.listening.next();
    await write(writer, 'b');
    expect(await told.next()).toBe('acme');
    await writer.close();
    await listener.close();
  });

  test('[SD6] what no word came of is found by looking', async () => {
    const url = await cluster().database();
    const environment = new TestEnvironment();
    const writer = await SqlSyncStore.open(await postgresDatabase(url, { max: 2 }));
    const deaf = await postgresDatabase(url, { max: 2 });
    const listener = await SqlSyncStore.open({ ...bound(deaf), listen: async () => async () => {} }, { environment });
    const told: string[] = [];
    listener.onChange((tenant) => told.push(tenant));
    await listener.read('acme', (reader) => reader.head());
    await write(writer, 'a');
    const look = async (): Promise<readonly string[]> => {
      told.length = 0;
      await environment.advance(2_000);
      // A look that begins now ends after the one that the timer began.
      for (let n = 0; n < 20; n++) await listener.tenants();
      return [...told];
    };
    expect(await look()).toEqual(['acme']);
    expect(await look()).toEqual([]);
    await write(writer, 'b');
    expect(await look()).toEqual(['acme']);
    await writer.close();
    await listener.close();
  });

  test('[SD7] a connection that breaks in the moment in which it is handed out ends nothing', async () => {
    class BreakingPool extends Pool {
      // biome-ignore lint/suspicious/noExplicitAny: of its two forms only the promise is used
      override connect(): any {
        return super.connect().then((client) => {
          client.emit('error', new Error('cut'));
          return client;
        });
      }
    }
    const pool = new BreakingPool({ connectionString: await cluster().database() });
    const database = await postgresDatabase(pool);
    expect(await database.tx((session) => session.query('select 1 as one'))).toEqual([{ one: 1 }]);
    await database.close();
    await pool.end();
  });

  test('[SD7] a server whose connections are cut answers again, and loses nothing that it confirmed', async () => {
    const url = await cluster().database();
    const store = await SqlSyncStore.open(await postgresDatabase(url, { max: 4 }));
    const stage = new ServiceStage({ store, everyone: ['read', 'write'] });
    const confirmed: string[] = [];
    const write = async (id: string): Promise<void> => {
      try {
        await stage.push(bert, [note(id, 1)]);
        confirmed.push(id);
      } catch (error) {
        expect(error).toMatchObject({ code: 'unavailable' });
      }
    };
    for (let round = 0; round < 5; round++) {
      const writes = Array.from({ length: 20 }, (_, n) => write(`n${round}-${n}`));
      await cluster().cut(url);
      await Promise.all(writes);
    }
    await write('last');
    expect(confirmed).toContain('last');
    const rows = await store.read('acme', (reader) =>
      reader.feed({ after: 0, reading: { access: everywhere, collections: null } }),
    );
    const held = new Set(rows.map(({ record }) => record.id));
    expect(confirmed.filter((id) => !held.has(id))).toEqual([]);
    expect(rows.map(({ seq }) => seq)).toEqual(rows.map((_, n) => n + 1));
    await store.close();
  });
});

interface Opened {
  readonly database: SyncDatabase;
  /** Each time that listening begins. */
  readonly listening: Events<void>;
}

function bound(database: SyncDatabase): SyncDatabase {
  return {
    query: (text, params) => database.query(text, params),
    tx: (work, options) => database.tx(work, options),
    listen: (...args) => database.listen(...args),
    close: () => database.close(),
  };
}

function opened(database: SyncDatabase): Opened {
  const listening = new Events<void>();
  const listen: SyncDatabase['listen'] = (channel, onMessage, onListen) =>
    database.listen(channel, onMessage, () => {
      onListen();
      listening.add();
    });
  return { database: { ...bound(database), listen }, listening };
}

/** What happened, one after the other, for somebody who waits for the next. */
class Events<T> {
  readonly #items: T[] = [];
  #wake: () => void = () => {};

  add(item: T): void {
    this.#items.push(item);
    this.#wake();
  }

  async next(): Promise<T> {
    while (this.#items.length === 0) await new Promise<void>((resolve) => (this.#wake = resolve));
    return this.#items.shift() as T;
  }
}

class Told extends Events<string> {
  constructor(store: SyncStore) {
    super();
    store.onChange((tenant) => this.add(tenant));
  }
}

const write = (store: SyncStore, id: string): Promise<unknown> =>
  new ServiceStage({ store, everyone: ['read', 'write'] }).push(anna, [note(id, 1)]);
