import { environmentOf } from '../adapters/environmentOf.ts';
import { systemEnvironment } from '../adapters/systemEnvironment.ts';
import { TierSyncError } from '../errors.ts';
import type { Environment } from '../interfaces/Environment.ts';
import type { SqlSession, SyncDatabase, TransactionOptions } from './database/SyncDatabase.ts';
import type { ChangeListener, Commit, RowName, SyncStore, TenantReader, TenantWriter } from './SyncStore.ts';
import { Lookout } from './sql/Lookout.ts';
import { migrate } from './sql/migrate.ts';
import { Pokes } from './sql/Pokes.ts';
import { SqlTenant } from './sql/SqlTenant.ts';
import { transact } from './sql/transact.ts';
import { type Work, WriteQueue } from './sql/WriteQueue.ts';

export interface SqlSyncStoreOptions {
  readonly environment?: Partial<Environment>;
  /** How often tenants are looked at for changes of other processes of which no word came; two seconds unless told. */
  readonly pollMs?: number;
}

/**
 * The rows of all tenants in a PostgreSQL that several processes may share. A commit takes the row of its tenant first, so
 * that numbers are given in the order in which commits are seen; a reading is one moment of the database.
 */
export class SqlSyncStore implements SyncStore {
  readonly #database: SyncDatabase;
  readonly #createId: (size: number) => string;
  /** In which rows are touched; null: as which the database is signed in. */
  readonly #role: string | null;
  readonly #known = new Set<string>();
  readonly #listeners = new Set<ChangeListener>();
  readonly #pokes: Pokes;
  readonly #lookout: Lookout;
  readonly #writes = new WriteQueue((tenant, works) => this.#write(tenant, works));
  #isClosed = false;

  private constructor(database: SyncDatabase, role: string | null, { environment, pollMs }: SqlSyncStoreOptions) {
    const outside = environmentOf(systemEnvironment, environment);
    const onChange = (tenant: string): void => this.#tell(tenant);
    this.#database = database;
    this.#role = role;
    this.#createId = (size) => outside.createId(size);
    this.#lookout = new Lookout({
      database,
      environment: outside,
      everyMs: pollMs ?? 2_000,
      onChange,
    });
    const onListen = (): void => void this.#lookout.look();
    this.#pokes = new Pokes({ database, environment: outside, onPoke: onChange, onListen });
  }

  /** Brings the tables of the database up to date first. It is closed with the store. */
  static async open(database: SyncDatabase, options: SqlSyncStoreOptions = {}): Promise<SqlSyncStore> {
    return new SqlSyncStore(database, await migrate(database), options);
  }

  async read<T>(tenant: string, work: (reader: TenantReader) => Promise<T>): Promise<T> {
    await this.#ensure(tenant);
    return this.#within(tenant, { isSnapshot: true }, work);
  }

  write<T>(tenant: string, work: (writer: TenantWriter) => Promise<T>, about?: readonly RowName[]): Promise<T> {
    return this.#writes.add(tenant, about ?? null, work);
  }

  async tenants(): Promise<readonly string[]> {
    const rows = await this.#tx({}, async (session) => {
      await session.query("select set_config('tiersync.housekeeping', 'on', true)");
      return session.query('select tenant from tiersync.tenant order by tenant');
    });
    return rows.map(({ tenant }) => tenant as string);
  }

  onChange(listener: ChangeListener): () => void {
    const own: ChangeListener = (tenant, commit) => listener(tenant, commit);
    this.#listeners.add(own);
    this.#pokes.listen();
    this.#lookout.start();
    return () => this.#listeners.delete(own);
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#listeners.clear();
    await this.#lookout.close();
    await this.#pokes.close();
    await this.#database.close();
  }

  #tell(tenant: string, commit?: Commit): void {
    for (const listener of [...this.#listeners]) listener(tenant, commit);
  }

  async #ensure(tenant: string): Promise<void> {
    if (this.#known.has(tenant)) return;
    await this.#tx({}, async (session) => {
      await this.#enter(session, tenant);
      const text = 'insert into tiersync.tenant (tenant, lineage) values ($1, $2) on conflict (tenant) do nothing';
      await session.query(text, [tenant, this.#createId(12)]);
    });
    this.#known.add(tenant);
  }

  /**
   * One work after the other, each a commit of its own that happens as a whole or not at all. Answers how many were done:
   * where they would hold too much at once the others are left for another transaction.
   */
  async #write(tenant: string, works: readonly Work[]): Promise<number> {
    await this.#ensure(tenant);
    const outcomes: (() => void)[] = [];
    const { commit, written } = await this.#within(tenant, {}, async (writer) => {
      writer.lookFor(works.flatMap(({ about }) => about ?? []));
      for (const work of works) {
        if (outcomes.length > 0 && !writer.hasRoomFor(work.about ?? [])) break;
        outcomes.push(await outcomeOf(work, writer));
      }
      return writer.finish();
    });
    await written;
    if (commit !== null) {
      this.#lookout.noteTold(tenant, commit.head);
      this.#tell(tenant, commit);
      this.#pokes.send(tenant);
    }
    for (const tell of outcomes) tell();
    return outcomes.length;
  }

  /** What belongs to the transaction itself travels with the first question of the work. */
  #within<T>(tenant: string, options: TransactionOptions, work: (tenant: SqlTenant) => Promise<T>): Promise<T> {
    return this.#tx(options, async (session) => {
      const entering = this.#enter(session, tenant);
      const opened = new SqlTenant(session, tenant, options.isSnapshot !== true);
      const noted = opened.head().then(
        (head) => this.#lookout.noteAsked(tenant, head),
        (error) => {
          this.#known.delete(tenant);
          throw error;
        },
      );
      const [result] = await Promise.all([work(opened), entering, noted]);
      return result;
    });
  }

  /** From here on the session sees the rows of this tenant and no others, until the transaction ends. */
  #enter(session: SqlSession, tenant: string): Promise<unknown> {
    const inRole = this.#role === null ? '' : `, set_config('role', '${this.#role}', true)`;
    return session.query(`select set_config('tiersync.tenant', $1, true)${inRole}`, [tenant]);
  }

  #tx<T>(options: TransactionOptions, work: (session: SqlSession) => Promise<T>): Promise<T> {
    if (this.#isClosed) return Promise.reject(new TierSyncError('closed', 'the server was closed'));
    return transact(this.#database, options, work);
  }
}

/** What a work is told once the transaction has ended well. */
async function outcomeOf({ run, resolve, reject }: Work, writer: SqlTenant): Promise<() => void> {
  try {
    const result = await run(writer);
    writer.endWork();
    return () => resolve(result);
  } catch (error) {
    if (!writer.dropWork()) throw error;
    return () => reject(error);
  }
}
