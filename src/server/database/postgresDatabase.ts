import type { Pool, PoolClient } from 'pg';
import { environmentOf } from '../../adapters/environmentOf.ts';
import { systemEnvironment } from '../../adapters/systemEnvironment.ts';
import type { Environment } from '../../interfaces/Environment.ts';
import { SerialQueue } from '../../util/SerialQueue.ts';
import { needed } from '../needed.ts';
import { type SqlSession, type SyncDatabase, snapshotMode, type TransactionOptions } from './SyncDatabase.ts';

/** How a PostgreSQL is connected to. */
export interface PostgresDatabaseOptions {
  /** Connections at once, where the pool is made here; ten unless told. */
  readonly max?: number;
  /** Clock, timers and the like of your own, for tests. */
  readonly environment?: Partial<Environment>;
  /** How long after a lost connection listening is tried again, a second unless told. */
  readonly listenAgainMs?: number;
}

/** How long a connection is waited for before the database counts as away. */
const connectMs = 10_000;

/** A PostgreSQL by its URL, or the application's own pool of the package `pg`, which stays open when the server closes. */
export async function postgresDatabase(
  database: string | Pool,
  options: PostgresDatabaseOptions = {},
): Promise<SyncDatabase> {
  if (typeof database !== 'string') return new PostgresDatabase(database, options, async () => {});
  const { default: pg } = await needed('pg', () => import('pg'));
  const pool = new pg.Pool({
    connectionString: database,
    max: options.max ?? 10,
    connectionTimeoutMillis: connectMs,
    // What is asked without waiting for the answer before travels with it: most of the time of a short transaction is its way.
    pipeline: true,
  });
  return new PostgresDatabase(pool, options, () => pool.end());
}

interface Listening {
  readonly channel: string;
  readonly onMessage: (payload: string) => void;
  readonly onListen: () => void;
  client: PoolClient | null;
  timer: unknown;
  isOver: boolean;
}

class PostgresDatabase implements SyncDatabase {
  readonly #pool: Pool;
  readonly #environment: Environment;
  readonly #listenAgainMs: number;
  readonly #listenings = new Set<Listening>();
  readonly #end: () => Promise<void>;
  #closing: Promise<void> | null = null;
  readonly #ignore = (): void => {};
  // From the very moment: a connection may break in the one in which it is handed out.
  readonly #onAcquire = (client: PoolClient): unknown => client.on('error', this.#ignore);
  readonly #onRelease = (_: unknown, client: PoolClient): unknown => client.off('error', this.#ignore);

  constructor(pool: Pool, { environment, listenAgainMs = 1_000 }: PostgresDatabaseOptions, end: () => Promise<void>) {
    this.#pool = pool;
    this.#end = end;
    this.#environment = environmentOf(systemEnvironment, environment);
    this.#listenAgainMs = listenAgainMs;
    // Without a listener a connection that breaks ends the process. One that is in use tells us by the answers, too.
    pool.on('error', this.#ignore);
    pool.on('acquire', this.#onAcquire);
    pool.on('release', this.#onRelease);
  }

  query(text: string, params?: readonly unknown[]): ReturnType<SqlSession['query']> {
    return query(this.#pool, text, params);
  }

  async tx<T>(work: (session: SqlSession) => Promise<T>, { isSnapshot = false }: TransactionOptions = {}): Promise<T> {
    const client = await this.#pool.connect();
    const ask = inOrder(client);
    let failure: unknown;
    try {
      const begun = ask(isSnapshot ? `begin ${snapshotMode}` : 'begin');
      // It travels with the first question, which fails if this did.
      begun.catch(() => {});
      const result = await work({ query: async (text, params) => (await Promise.all([ask(text, params), begun]))[0] });
      await begun;
      await ask('commit');
      return result;
    } catch (error) {
      failure = await ask('rollback').then(
        () => undefined,
        (cause: unknown) => cause,
      );
      throw error;
    } finally {
      client.release(failure !== undefined);
    }
  }

  async listen(
    channel: string,
    onMessage: (payload: string) => void,
    onListen: () => void,
  ): Promise<() => Promise<void>> {
    const listening: Listening = { channel, onMessage, onListen, client: null, timer: null, isOver: false };
    this.#listenings.add(listening);
    await this.#begin(listening);
    return () => this.#stop(listening);
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    await Promise.all([...this.#listenings].map((listening) => this.#stop(listening)));
    await this.#end();
    this.#pool.off('error', this.#ignore).off('acquire', this.#onAcquire).off('release', this.#onRelease);
  }

  async #begin(listening: Listening): Promise<void> {
    try {
      const client = await this.#pool.connect();
      listening.client = client;
      client.on('notification', ({ payload }) => listening.onMessage(payload ?? ''));
      client.on('error', () => this.#beginAgain(listening, client));
      client.on('end', () => this.#beginAgain(listening, client));
      await client.query(`listen ${client.escapeIdentifier(listening.channel)}`);
      if (!listening.isOver) listening.onListen();
    } catch {
      this.#beginAgain(listening, listening.client);
    }
  }

  #beginAgain(listening: Listening, broken: PoolClient | null): void {
    if (listening.isOver || listening.client !== broken || listening.timer !== null) return;
    listening.client = null;
    broken?.removeAllListeners('notification');
    broken?.release(true);
    listening.timer = this.#environment.setTimer(() => {
      listening.timer = null;
      void this.#begin(listening);
    }, this.#listenAgainMs);
  }

  async #stop(listening: Listening): Promise<void> {
    listening.isOver = true;
    this.#listenings.delete(listening);
    this.#environment.clearTimer(listening.timer);
    // It listens to things that its next user knows nothing of.
    listening.client?.release(true);
    listening.client = null;
  }
}

/** Of a pool that is not ours a connection may want to hear the answer before it is asked again. */
function inOrder(client: PoolClient): SqlSession['query'] {
  if (client.pipeline) return (text, params) => query(client, text, params);
  const asked = new SerialQueue();
  return (text, params) => asked.run(() => query(client, text, params));
}

async function query(
  on: Pick<Pool | PoolClient, 'query'>,
  text: string,
  params: readonly unknown[] = [],
): ReturnType<SqlSession['query']> {
  return (await on.query(text, [...params])).rows;
}
