import { afterAll, beforeAll, describe, test } from 'vitest';
import { pgliteDatabase } from '../../src/server/database/pgliteDatabase.ts';
import { postgresDatabase } from '../../src/server/database/postgresDatabase.ts';
import type { SyncDatabase } from '../../src/server/database/SyncDatabase.ts';
import { SqlSyncStore } from '../../src/server/SqlSyncStore.ts';
import { syncStoreContract } from '../../src/testing/syncStoreContract.ts';
import { onPostgres } from '../support/onPostgres.ts';
import { pgliteImage } from '../support/pgliteImage.ts';

/** One database for all tests of a suite, emptied before each; closing a store leaves it open. */
function kept(database: SyncDatabase): SyncDatabase {
  return {
    query: (text, params) => database.query(text, params),
    tx: (work, options) => database.tx(work, options),
    listen: (...args) => database.listen(...args),
    close: async () => {},
  };
}

async function openEmpty(database: SyncDatabase): Promise<SqlSyncStore> {
  await database.query('drop schema if exists tiersync cascade');
  return SqlSyncStore.open(kept(database));
}

function contract(name: string, databaseOf: () => SyncDatabase): void {
  syncStoreContract(test, {
    name,
    open: () => openEmpty(databaseOf()),
    reopen: async (store) => {
      await store.close();
      return SqlSyncStore.open(kept(databaseOf()));
    },
    destroy: (store) => store.close(),
  });
}

describe('on PGlite', () => {
  let database: SyncDatabase;
  beforeAll(async () => {
    database = await pgliteDatabase({ image: await pgliteImage() });
  }, 60_000);
  afterAll(() => database.close());
  contract('PGlite', () => database);
});

onPostgres((cluster) => {
  describe('by its URL', () => {
    let database: SyncDatabase;
    beforeAll(async () => {
      database = await postgresDatabase(await cluster().database());
    });
    afterAll(() => database.close());
    contract('PostgreSQL', () => database);
  });

  describe('by a pool of pg', () => {
    let database: SyncDatabase;
    let end: () => Promise<void>;
    beforeAll(async () => {
      const { Pool } = (await import('pg')).default;
      const pool = new Pool({ connectionString: await cluster().database() });
      database = await postgresDatabase(pool);
      end = () => pool.end();
    });
    afterAll(async () => {
      await database.close();
      await end();
    });
    contract('a pool of PostgreSQL', () => database);
  });
});
