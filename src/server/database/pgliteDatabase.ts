import { join } from 'node:path';
import type { PGlite, Transaction } from '@electric-sql/pglite';
import { needed } from '../needed.ts';
import { claimFolder, type FolderClaimOptions } from './FolderClaim.ts';
import { type SqlSession, type SyncDatabase, snapshotMode, type TransactionOptions } from './SyncDatabase.ts';

/** Where its data is, and what it begins with. */
export interface PgliteDatabaseOptions extends FolderClaimOptions {
  /** Where the data is kept; left out: in memory, until it is closed. */
  readonly folder?: string;
  /** What `dumpDataDir` of another one gave, to begin with. */
  readonly image?: Blob;
}

/** PostgreSQL in this process, one connection, on a folder of its own: no other process may open it meanwhile. */
export async function pgliteDatabase(options: PgliteDatabaseOptions = {}): Promise<SyncDatabase> {
  const { folder, image } = options;
  // It would open a folder twice without a word, and what one process wrote would be lost.
  const release = folder === undefined ? async () => {} : await claimFolder(folder, options);
  try {
    const { PGlite } = await needed('@electric-sql/pglite', () => import('@electric-sql/pglite'));
    const start = image === undefined ? {} : { loadDataDir: image };
    const place = folder === undefined ? {} : { dataDir: join(folder, 'pglite') };
    return new PgliteDatabase(await PGlite.create({ ...start, ...place }), release);
  } catch (error) {
    await release();
    throw error;
  }
}

class PgliteDatabase implements SyncDatabase {
  readonly #db: PGlite;
  readonly #release: () => Promise<void>;
  #closing: Promise<void> | null = null;

  constructor(db: PGlite, release: () => Promise<void>) {
    this.#db = db;
    this.#release = release;
  }

  query(text: string, params?: readonly unknown[]): ReturnType<SqlSession['query']> {
    return query(this.#db, text, params);
  }

  async tx<T>(work: (session: SqlSession) => Promise<T>, { isSnapshot = false }: TransactionOptions = {}): Promise<T> {
    return await this.#db.transaction(async (tx) => {
      if (isSnapshot) await tx.query(`set transaction ${snapshotMode}`);
      return await work({ query: (text, params) => query(tx, text, params) });
    });
  }

  async listen(
    channel: string,
    onMessage: (payload: string) => void,
    onListen: () => void,
  ): Promise<() => Promise<void>> {
    const stop = await this.#db.listen(channel, onMessage);
    onListen();
    return () => stop();
  }

  close(): Promise<void> {
    this.#closing ??= this.#db.close().finally(this.#release);
    return this.#closing;
  }
}

async function query(
  on: Pick<PGlite | Transaction, 'query'>,
  text: string,
  params: readonly unknown[] = [],
): ReturnType<SqlSession['query']> {
  return (await on.query<{ [column: string]: unknown }>(text, [...params])).rows;
}
