import { TierSyncError } from '../../errors.ts';
import type { SqlRow, SqlSession } from '../database/SyncDatabase.ts';
import type { Permission } from '../Principal.ts';
import { placeOfLine } from '../permissions/lines.ts';
import { bytesOfAll, checkTogether } from '../room.ts';
import { inCommitOrder } from '../rowOrder.ts';
import type {
  Commit,
  FeedQuery,
  KeysQuery,
  NameSums,
  Reading,
  Room,
  RowDraft,
  RowName,
  SyncRow,
  TenantHead,
  TenantWriter,
} from '../SyncStore.ts';
import { RowBuffer } from './RowBuffer.ts';
import { Params, readingSql } from './readingSql.ts';
import {
  findOneSql,
  findSql,
  headColumns,
  headOf,
  putOneSql,
  putSql,
  rowColumns,
  rowOf,
  sqlOfRow,
  sumColumns,
  sumOf,
  valuesOf,
  withinSql,
} from './rowSql.ts';

/** What the rows of several works take that are read for one transaction. */
const bytesTogether = 4 * 1024 * 1024;

export interface Finished {
  /** What was done; null: nothing. */
  readonly commit: Commit | null;
  /** If it fails the transaction comes to nothing, even if the database answers to the commit. */
  readonly written: Promise<void>;
}

/** One tenant within one transaction. */
export class SqlTenant implements TenantWriter {
  readonly #session: SqlSession;
  readonly #tenant: string;
  readonly #before: Promise<TenantHead>;
  /** As this transaction leaves it. */
  #head: Promise<TenantHead>;
  readonly #rows = new RowBuffer();
  #lookedFor: Promise<unknown> = Promise.resolve();
  #isChanged = false;
  /** Where the work under way began, and whether it has done anything that only a rollback takes back. */
  #workHead: Promise<TenantHead>;
  #isWorkWritten = false;

  /**
   * The head is asked for at once; what else is asked need not wait for it. Whoever is to write waits there until nobody
   * else does.
   */
  constructor(session: SqlSession, tenant: string, isToWrite: boolean) {
    this.#session = session;
    this.#tenant = tenant;
    this.#before = this.#askHead(isToWrite ? ' for update' : '');
    this.#head = this.#before;
    this.#workHead = this.#before;
  }

  /** These will be looked for: as many as take so much are read at once, and need not wait for the head either. */
  lookFor(names: readonly RowName[]): void {
    this.#lookedFor = this.#load(names, bytesTogether);
    // Whoever looks for one hears of it.
    this.#lookedFor.catch(() => {});
  }

  /** Whether somebody may look for these without too much being held at once. */
  hasRoomFor(names: readonly RowName[]): boolean {
    return this.#rows.bytes <= bytesTogether || this.#rows.unknown(names).length === 0;
  }

  /** What was done by the work is to stay; what comes is another commit. */
  endWork(): void {
    if (this.#rows.keep()) this.#isChanged = true;
    this.#workHead = this.#head;
    this.#isWorkWritten = false;
  }

  /** The work has failed, and nothing of it is to stay. Answers whether the transaction can go on. */
  dropWork(): boolean {
    this.#rows.drop();
    this.#head = this.#workHead;
    return !this.#isWorkWritten;
  }

  /** Writes what is still to be written, which nobody need wait for before the commit: both go one way. */
  async finish(): Promise<Finished> {
    const written = this.#flush();
    // Whoever waits for the commit hears of it afterwards.
    written.catch(() => {});
    const [before, head] = await Promise.all([this.#before, this.#head]);
    return { commit: this.#isChanged ? { before, head, rows: this.#rows.written } : null, written };
  }

  /** Rejects if there is no such tenant. */
  head(): Promise<TenantHead> {
    return this.#head;
  }

  feed({ after, until, room, reading }: FeedQuery): Promise<readonly SyncRow[]> {
    return this.#read('seq, name, id', room, (params) => {
      const range = [`seq > ${params.add(after)}::bigint`];
      if (until !== undefined) range.push(`seq <= ${params.add(until)}::bigint`);
      return `${range.join(' and ')} and ${readingSql(reading, params)}`;
    });
  }

  async sums(reading: Reading): Promise<readonly NameSums[]> {
    await this.#flush();
    const params = new Params();
    params.add(this.#tenant);
    const where = readingSql(reading, params);
    const text = `select ${sumColumns} from tiersync.record where tenant = $1 and ${where} group by entity_key, name`;
    return (await this.#session.query(text, params.values)).map(sumOf);
  }

  keys({ keys, after, room, reading }: KeysQuery): Promise<readonly SyncRow[]> {
    return this.#read('entity_key, name, id', room, (params) => {
      const isOfKeys = `entity_key in (select jsonb_array_elements_text(${params.list(keys)}))`;
      const { entityKey, name, id } = after ?? { entityKey: '', name: '', id: '' };
      const place = [entityKey, name, id].map((part) => `${params.add(part)}::text`).join(', ');
      return `${isOfKeys} and (entity_key, name, id) > (${place}) and ${readingSql(reading, params)}`;
    });
  }

  async find(names: readonly RowName[], bytes?: number): Promise<readonly SyncRow[]> {
    await this.#lookedFor;
    await this.#load(this.#rows.unknown(names), bytes);
    const rows = this.#rows.find(names);
    if (names.length > 1) checkTogether(rows, bytes);
    return rows;
  }

  expired(now: number, room: Room): Promise<readonly SyncRow[]> {
    const isDue = (params: Params): string => `expires_at <= ${params.add(now)}::bigint and value is not null`;
    return this.#read('expires_at', room, isDue);
  }

  async permissions(): Promise<readonly Permission[]> {
    const rows = await this.#run('select line from tiersync.permission where tenant = $1 order by place', []);
    return rows.map(({ line }) => JSON.parse(line as string));
  }

  async put(rows: readonly RowDraft[]): Promise<number> {
    const head = await this.#head;
    const seq = (await this.#workHead).seq + 1;
    this.#rows.put(inCommitOrder(rows).map((row) => ({ ...row, seq })));
    this.#head = Promise.resolve({ ...head, seq });
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
    await this.#flush();
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
    this.#rows.forget();
    this.#isChanged = true;
    this.#isWorkWritten = true;
    this.#head = Promise.resolve(headOf(dropped));
    return dropped['dropped'] as number;
  }

  setLineage(lineage: string): Promise<void> {
    return this.#change('update tiersync.tenant set lineage = $2 where tenant = $1', [lineage], { lineage });
  }

  async #read(order: string, room: Room | undefined, whereOf: (params: Params) => string): Promise<readonly SyncRow[]> {
    await this.#flush();
    const params = new Params();
    params.add(this.#tenant);
    const from = `tiersync.record where tenant = $1 and ${whereOf(params)}`;
    const rows = room === undefined ? from : withinSql(from, order, params.add(room.rows), params.add(room.bytes));
    const text = `select ${rowColumns} from ${rows} order by ${qualified(order)}`;
    return (await this.#session.query(text, params.values)).map(rowOf);
  }

  async #load(names: readonly RowName[], bytes = Number.MAX_SAFE_INTEGER): Promise<void> {
    if (names.length === 0) return;
    const [only] = names;
    if (only !== undefined && names.length === 1) {
      this.#rows.note(names, (await this.#run(findOneSql, [only.name, only.id])).map(rowOf));
      return;
    }
    const found = await this.#run(findSql, [JSON.stringify(names.map(({ name, id }) => [name, id])), bytes]);
    const rows = found.map(rowOf);
    // What stands behind the row that was too much was not looked at.
    const looked = bytesOfAll(rows) <= bytes ? names : names.slice(0, found.at(-1)?.['n'] as number);
    this.#rows.note(looked, rows);
  }

  /** Whoever reads by other ways than by name sees what was put, too. */
  async #flush(): Promise<void> {
    if (this.#rows.keep()) {
      this.#isChanged = true;
      this.#isWorkWritten = true;
    }
    const rows = this.#rows.take().map(sqlOfRow);
    const last = rows.at(-1);
    if (last === undefined) return;
    if (rows.length === 1) await this.#run(putOneSql, valuesOf(last));
    else await this.#run(putSql, [last['seq'], JSON.stringify(rows)]);
  }

  /** The tenant is always the first parameter. */
  #run(text: string, others: readonly unknown[]): Promise<readonly SqlRow[]> {
    return this.#session.query(text, [this.#tenant, ...others]);
  }

  async #change(text: string, others: readonly unknown[], to: Partial<TenantHead>): Promise<void> {
    await this.#run(text, others);
    this.#isChanged = true;
    this.#isWorkWritten = true;
    this.#head = Promise.resolve({ ...(await this.#head), ...to });
  }

  async #askHead(lock: string): Promise<TenantHead> {
    const [row] = await this.#run(`select ${headColumns} from tiersync.tenant where tenant = $1${lock}`, []);
    if (row === undefined) throw new TierSyncError('unavailable', 'the database was emptied; ask again');
    return headOf(row);
  }
}

/** A column of the table, and not what is answered of it. */
const qualified = (order: string): string => order.replace(/\w+/g, 'record.$&');
