import type { Sql, TransactionSql } from 'postgres';
import { type SqlSession, type SyncDatabase, snapshotMode, type TransactionOptions } from './SyncDatabase.ts';

export interface PostgresDatabaseOptions {
  /** Connections at once. */
  readonly max?: number;
}

/** A PostgreSQL by its URL, or by what `postgres(...)` gave: then whoever made it closes it. */
export async function postgresDatabase(
  database: string | Sql,
  { max = 10 }: PostgresDatabaseOptions = {},
): Promise<SyncDatabase> {
  if (typeof database !== 'string') return new PostgresDatabase(database, false);
  const { default: postgres } = await import('postgres');
  // Notices are of migrations that find their work done.
  return new PostgresDatabase(postgres(database, { max, onnotice: () => {} }), true);
}

class PostgresDatabase implements SyncDatabase {
  readonly #sql: Sql;
  readonly #isOurs: boolean;

  constructor(sql: Sql, isOurs: boolean) {
    this.#sql = sql;
    this.#isOurs = isOurs;
  }

  query(text: string, params?: readonly unknown[]): ReturnType<SqlSession['query']> {
    return query(this.#sql, text, params);
  }

  async tx<T>(work: (session: SqlSession) => Promise<T>, { isSnapshot = false }: TransactionOptions = {}): Promise<T> {
    const run = (sql: TransactionSql): Promise<T> => work({ query: (text, params) => query(sql, text, params) });
    return (await this.#sql.begin(isSnapshot ? snapshotMode : '', run)) as T;
  }

  async listen(
    channel: string,
    onMessage: (payload: string) => void,
    onListen: () => void,
  ): Promise<() => Promise<void>> {
    const { unlisten } = await this.#sql.listen(channel, onMessage, onListen);
    return unlisten;
  }

  async close(): Promise<void> {
    if (this.#isOurs) await this.#sql.end({ timeout: 5 });
  }
}

async function query(
  on: Sql | TransactionSql,
  text: string,
  params: readonly unknown[] = [],
): ReturnType<SqlSession['query']> {
  return await on.unsafe(text, params as never[], { prepare: true });
}
