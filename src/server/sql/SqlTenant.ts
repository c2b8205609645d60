import type { SqlRow, SqlSession } from '../database/SyncDatabase.ts';
import type { Permission } from '../Principal.ts';
import { placeOfLine } from '../permissions/lines.ts';
import type {
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
  /** As this transaction leaves it. */
  #head: TenantHead;
  readonly #nextSeq: number;
  #isChanged = false;

  private constructor(session: SqlSession, tenant: string, head: TenantHead) {
    this.#session = session;
    this.#tenant = tenant;
    this.#head = head;
    this.#nextSeq = head.seq + 1;
  }

  /** Null: the tenant is not known yet. Whoever is to write waits here until nobody else does. */
  static async open(session: SqlSession, tenant: string, isToWrite: boolean): Promise<SqlTenant | null> {
    const lock = isToWrite ? ' for update' : '';
    const [row] = await session.query(`select ${headColumns} from tiersync.tenant where tenant = $1${lock}`, [tenant]);
    return row === undefined ? null : new SqlTenant(session, tenant, headOf(row));
  }

  get isChanged(): boolean {
    return this.#isChanged;
  }

  async head(): Promise<TenantHead> {
    return this.#head;
  }

  feed({ after, until, limit, reading }: FeedQuery): Promise<readonly SyncRow[]> {
    return this.#rows((params) => {
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
    return this.#rows((params) => {
      const isOfKeys = `entity_key in (select jsonb_array_elements_text(${params.list(keys)}))`;
      const { entityKey, name, id } = after ?? { entityKey: '', name: '', id: '' };
      const place = [entityKey, name, id].map((part) => `${params.add(part)}::text`).join(', ');
      const where = `${isOfKeys} and (entity_key, name, id) > (${place}) and ${readingSql(reading, params)}`;
      return `${where} order by entity_key, name, id limit ${params.add(limit)}::bigint`;
    });
  }

  find(ids: readonly { readonly name: string; readonly id: string }[]): Promise<readonly SyncRow[]> {
    return this.#rows((params) => {
      const pairs = params.list(ids.map(({ name, id }) => [name, id]));
      return `(name, id) in (select e->>0, e->>1 from jsonb_array_elements(${pairs}) e)`;
    });
  }

  expired(now: number, limit: number): Promise<readonly SyncRow[]> {
    return this.#rows((params) => {
      const isDue = `expires_at <= ${params.add(now)}::bigint and value is not null`;
      return `${isDue} order by record.expires_at limit ${params.add(limit)}::bigint`;
    });
  }

  async permissions(): Promise<readonly Permission[]> {
    const rows = await this.#run('select line from tiersync.permission where tenant = $1 order by place', []);
    return rows.map(({ line }) => JSON.parse(line as string));
  }

  async put(rows: readonly RowDraft[]): Promise<number> {
    const seq = this.#nextSeq;
    await this.#change(putSql, [seq, JSON.stringify(rows.map(sqlOfRow))], { seq });
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
    const permissions = this.#head.permissions + 1;
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
    this.#head = headOf(dropped);
    return dropped['dropped'] as number;
  }

  setLineage(lineage: string): Promise<void> {
    return this.#change('update tiersync.tenant set lineage = $2 where tenant = $1', [lineage], { lineage });
  }

  async #rows(whereOf: (params: Params) => string): Promise<readonly SyncRow[]> {
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
    this.#head = { ...this.#head, ...to };
  }
}
