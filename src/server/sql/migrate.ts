import { TierSyncError } from '../../errors.ts';
import type { SqlSession, SyncDatabase } from '../database/SyncDatabase.ts';
import { type Migration, migrations } from './migrations.ts';

/** Any number that nobody else is likely to lock. */
const lockNumber = 7_316_280_431;

/** Of the role that owns nothing and sees rows only through the policies. */
const rowsRole = 'tiersync_rows';

/**
 * Brings the tables to the layout of this version, one instance at a time. Answers with the role in which rows are to be
 * touched; null: the one that is signed in, as the policies hold for it.
 */
export async function migrate(
  database: SyncDatabase,
  steps: readonly Migration[] = migrations,
): Promise<string | null> {
  return database.tx(async (session) => {
    await session.query('select pg_advisory_xact_lock($1::bigint)', [lockNumber]);
    await session.query('create schema if not exists tiersync');
    await session.query('create table if not exists tiersync.migration (number int primary key)');
    const done = new Set((await session.query('select number from tiersync.migration')).map(({ number }) => number));
    const newest = Math.max(...steps.map(({ number }) => number));
    const unknown = [...done].find((number) => Number(number) > newest);
    if (unknown !== undefined) {
      const message = `the database was migrated by a newer version of tiersync (step ${unknown}, known up to ${newest})`;
      throw new TierSyncError('upgrade-needed', message);
    }
    for (const { number, statements } of steps) {
      if (done.has(number)) continue;
      for (const statement of statements) await session.query(statement);
      await session.query('insert into tiersync.migration (number) values ($1)', [number]);
    }
    return rowsRoleOf(session);
  });
}

/** A superuser is above all policies, so that it has to step down. */
async function rowsRoleOf(session: SqlSession): Promise<string | null> {
  const [me] = await session.query(
    'select rolsuper or rolbypassrls as is_above from pg_roles where rolname = current_user',
  );
  if (me?.['is_above'] !== true) return null;
  const [found] = await session.query('select 1 from pg_roles where rolname = $1', [rowsRole]);
  if (found === undefined) await session.query(createRole);
  await session.query(`grant usage on schema tiersync to ${rowsRole}`);
  await session.query(
    `grant select, insert, update, delete on tiersync.tenant, tiersync.record, tiersync.permission to ${rowsRole}`,
  );
  return rowsRole;
}

// Roles belong to all databases of a server: another one may be making it at this moment.
const createRole = `do $$ begin
  create role ${rowsRole} nologin;
exception when duplicate_object or unique_violation then null;
end $$`;
