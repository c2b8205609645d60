import { TierSyncError } from '../../errors.ts';
import type { SqlRow, SqlSession } from '../database/SyncDatabase.ts';
import type { Permission } from '../Principal.ts';
import { placeOfLine } from '../permissions/lines.ts';
import type {
  Commit,
  FeedQuery,
  KeysQuery,
  NameSums,
  Reading,
  RowDraft,
  SyncRow,
  TenantHead,
  TenantWriter,
} from '../SyncStore.ts';
import { Params, readingSql } from './readingSql.ts';
import { headColumns, headOf, putSql, rowColumns, rowOf, sqlOfRow, sumColumns, sumOf } from './rowSql.ts';

/** One tenant within one transaction. */
export class SqlTenant implements TenantWriter {
  readonly #session: SqlSession;
  readonly #tenant: string;
  readonly #before: Promise<TenantHead>;
  /** As this transaction leaves it. */
  #head: Promise<TenantHead>;
  readonly #rows: SyncRow[] = [];
  #isChanged = false;

  /**
   * The head is asked for at once; what else is asked need not wait for it. Whoever is to write waits there until nobody
   * else does.
   */
  constructor(session: SqlSession, tenant: string, isToWrite: boolean) {
    this.#session = session;
    this.#tenant = tenant;
    this.#before = this.#askHead(isToWrite ? ' for update' : '');
    this.#head = this.#before;
  }

  /** What was done; null: nothing. */
  async commit(): Promise<Commit | null> {
    return this.#isChanged ? { head: await this.#head, rows: this.#rows } : null;
  }

  /** Rejects if there is no such tenant. */
  head(): Promise<TenantHead> {
    return this.#head;
  }

  feed({ after, until, limit, reading }: FeedQuery): Promise<readonly SyncRow[]> {
    return this.#read((params) => {
      const range = [`seq > ${params.add(after)}::bigint`];
      if (until !== undefined) range.push(`seq <= ${params.add(until)}::bigint`);
      const most = limit === undefined ? '' : ` limit ${params.add(limit)}::bigint`;
      return `${range.join(' and ')} and ${readingSql(reading, params)} order by record.seq, record.name, record.id${most}`;
    });
  }

  async sums(reading: Reading): Promise<readonly NameSums[]> {
    const params = new Params();
    params.add(this.#tenant);
    const where = readingSql(reading, params);
    const text = `select ${sumColumns} from tiersync.record where tenant = $1 and ${where} group by entity_key, name`;
    return (await this.#session.query(text, params.values)).map(sumOf);
  }

  keys({ keys, after, limit, reading }: KeysQuery): Promise<readonly SyncRow[]> {
    return this.#read((params) => {
      const isOfKeys = `entity_key in (select jsonb_array_elements_text(${params.list(keys)}))`;
      const { entityKey, name, id } = after ?? { entityKey: '', name: '', id: '' };
      const place = [entityKey, name, id].map((part) => `${params.add(part)}::text`).join(', ');
      const where = `${isOfKeys} and (entity_key, name, id) > (${place}) and ${readingSql(reading, params)}`;
      return `${where} order by entity_key, name, id limit ${params.add(limit)}::bigint`;
    });
  }

  find(ids: readonly { readonly name: string; readonly id: string }[]): Promise<readonly SyncRow[]> {
    return this.#read((params) => {
      const pairs = params.list(ids.map(({ name, id }) => [name, id]));
      return `(name, id) in (select e->>0, e->>1 from jsonb_array_elements(${pairs}) e)`;
    });
  }

  expired(now: number, limit: number): Promise<readonly SyncRow[]> {
    return this.#read((params) => {
      const isDue = `expires_at <= ${params.add(now)}::bigint and value is not null`;
      return `${isDue} order by record.expires_at limit ${params.add(limit)}::bigint`;
    });
  }

  async permissions(): Promise<readonly Permission[]> {
    const rows = await this.#run('select line from tiersync.permission where tenant = $1 order by place', []);
    return rows.map(({ line }) => JSON.parse(line as string));
  }

  async put(rows: readonly RowDraft[]): Promise<number> {
    const seq = (await this.#before).seq + 1;
    await this.#change(putSql, [seq, JSON.stringify(rows.map(sqlOfRow))], { seq });
    this.#rows.push(...rows.map((row) => ({ ...row, seq })));
    return seq;
  }

  async setPermission(line: Permission): Promise<void> {
    const place = placeOfLine(line);
    if (line.actions.length === 0) {
      await this.#run('delete from tiersync.permission where tenant = $1 and place = $2', [place]);
    } else {
      await this.#run(
        `insert into tiersync.permission (tenant, place, line) values ($1, $2, $3)
          on conflict (tenant, place) do update set line = excluded.line`,
        [place, JSON.stringify(line)],
      );
    }
    const permissions = (await this.#head).permissions + 1;
    const text = 'update tiersync.tenant set permissions = $2::bigint where tenant = $1';
    await this.#change(text, [permissions], { permissions });
  }

  async dropDeletions(receivedBefore: number): Promise<number> {
    const [dropped] = await this.#run(
      `with dropped as (
        delete from tiersync.record where tenant = $1 and value is null and received_at < $2::bigint returning seq, stamp
      ), top as (
        select count(*) as dropped, max(seq) as top_seq, max(stamp) as top_stamp from dropped
      )
      update tiersync.tenant set horizon_seq = greatest(horizon_seq, top_seq),
        horizon_stamp = greatest(horizon_stamp, top_stamp) from top where tenant = $1 and top.dropped > 0
      returning top.dropped::float8, ${headColumns}`,
      [receivedBefore],
    );
    if (dropped === undefined) return 0;
    this.#isChanged = true;
    this.#head = Promise.resolve(headOf(dropped));
    return dropped['dropped'] as number;
  }

  setLineage(lineage: string): Promise<void> {
    return this.#change('update tiersync.tenant set lineage = $2 where tenant = $1', [lineage], { lineage });
  }

  async #read(whereOf: (params: Params) => string): Promise<readonly SyncRow[]> {
    const params = new Params();
    params.add(this.#tenant);
    const text = `select ${rowColumns} from tiersync.record where tenant = $1 and ${whereOf(params)}`;
    return (await this.#session.query(text, params.values)).map(rowOf);
  }

  /** The tenant is always the first parameter. */
  #run(text: string, others: readonly unknown[]): Promise<readonly SqlRow[]> {
    return this.#session.query(text, [this.#tenant, ...others]);
  }

  async #change(text: string, others: readonly unknown[], to: Partial<TenantHead>): Promise<void> {
    await this.#run(text, others);
    this.#isChanged = true;
    this.#head = Promise.resolve({ ...(await this.#head), ...to });
  }

  async #askHead(lock: string): Promise<TenantHead> {
    const [row] = await this.#run(`select ${headColumns} from tiersync.tenant where tenant = $1${lock}`, []);
    if (row === undefined) throw new TierSyncError('unavailable', 'the database was emptied; ask again');
    return headOf(row);
  }
}
