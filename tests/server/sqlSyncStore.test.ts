import { afterAll, beforeAll, describe, test } from 'vitest';
import { pgliteDatabase } from '../../src/server/database/pgliteDatabase.ts';
import { postgresDatabase } from '../../src/server/database/postgresDatabase.ts';
import type { SyncDatabase } from '../../src/server/database/SyncDatabase.ts';
import { SqlSyncStore } from '../../src/server/SqlSyncStore.ts';
import { syncStoreContract } from '../../src/testing/syncStoreContract.ts';
import { pgliteImage } from '../support/pgliteImage.ts';
import { PostgresCluster, postgresPrograms } from '../support/postgresCluster.ts';

const programs = await postgresPrograms();

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

describe.skipIf(programs === null && process.env['REQUIRE_POSTGRES'] === undefined)(
  `on PostgreSQL${programs === null ? ' (skipped: there is none on this machine; set POSTGRES_BIN)' : ''}`,
  () => {
    let cluster: PostgresCluster;
    beforeAll(async () => {
      if (programs === null) throw new Error('REQUIRE_POSTGRES is set, and there is no PostgreSQL; set POSTGRES_BIN');
      cluster = await PostgresCluster.start(programs);
    }, 60_000);
    afterAll(() => cluster?.stop());

    describe('by its URL', () => {
      let database: SyncDatabase;
      beforeAll(async () => {
        database = await postgresDatabase(await cluster.database());
      });
      afterAll(() => database.close());
      contract('PostgreSQL', () => database);
    });

    describe('by a pool of pg', () => {
      let database: SyncDatabase;
      let end: () => Promise<void>;
      beforeAll(async () => {
        const { Pool } = (await import('pg')).default;
        const pool = new Pool({ connectionString: await cluster.database() });
        database = await postgresDatabase(pool);
        end = () => pool.end();
      });
      afterAll(async () => {
        await database.close();
        await end();
      });
      contract('a pool of PostgreSQL', () => database);
    });
  },
);
