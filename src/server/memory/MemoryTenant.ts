import { addHash } from '../../blob/hash.ts';
import { groupBy } from '../../util/groupBy.ts';
import { placeOf } from '../../util/placeOf.ts';
import type { Permission } from '../Principal.ts';
import { placeOfLine } from '../permissions/lines.ts';
import { isRead } from '../reading.ts';
import { checkTogether, fitting } from '../room.ts';
import { comparePlaces, inCommitOrder } from '../rowOrder.ts';
import type {
  Commit,
  FeedQuery,
  KeysQuery,
  NameSums,
  Reading,
  Room,
  RowDraft,
  RowName,
  RowPlace,
  SyncRow,
  TenantHead,
  TenantWriter,
} from '../SyncStore.ts';

/** All of a tenant at one moment; never changed, only exchanged. */
export interface TenantState {
  readonly head: TenantHead;
  /** By name and id, in the order of their commits, and in one commit by name and id. */
  readonly rows: ReadonlyMap<string, SyncRow>;
  readonly lines: ReadonlyMap<string, Permission>;
}

/** One tenant as it was when the work began, and as the work changes it. */
export class MemoryTenant implements TenantWriter {
  readonly #before: TenantState;
  state: TenantState;
  readonly #put: SyncRow[] = [];

  constructor(state: TenantState) {
    this.#before = state;
    this.state = state;
  }

  /** What was done; null: nothing. */
  get commit(): Commit | null {
    return this.state === this.#before ? null : { before: this.#before.head, head: this.state.head, rows: this.#put };
  }

  async head(): Promise<TenantHead> {
    return this.state.head;
  }

  async feed({ after, until = Number.POSITIVE_INFINITY, room, reading }: FeedQuery): Promise<readonly SyncRow[]> {
    const rows = this.#rows(reading).filter(({ seq }) => seq > after && seq <= until);
    return room === undefined ? rows : within(rows, room);
  }

  async sums(reading: Reading): Promise<readonly NameSums[]> {
    const groups = groupBy(this.#rows(reading), (row) => placeOf(row.entityKey, row.record.entityName));
    return [...groups.values()].map(sumOf);
  }

  async keys({ keys, after, room, reading }: KeysQuery): Promise<readonly SyncRow[]> {
    const rows = this.#rows(reading)
      .filter((row) => keys.includes(row.entityKey) && (after === null || comparePlaces(placeOfRow(row), after) > 0))
      .sort((a, b) => comparePlaces(placeOfRow(a), placeOfRow(b)));
    return within(rows, room);
  }

  async find(names: readonly RowName[], bytes?: number): Promise<readonly SyncRow[]> {
    const rows = names.flatMap(({ name, id }) => this.state.rows.get(placeOf(name, id)) ?? []);
    if (names.length > 1) checkTogether(rows, bytes);
    return rows;
  }

  async expired(now: number, room: Room): Promise<readonly SyncRow[]> {
    const isDue = ({ record, expiresAt }: SyncRow): boolean =>
      !record.isDeleted && expiresAt !== null && expiresAt <= now;
    return within([...this.state.rows.values()].filter(isDue), room);
  }

  async permissions(): Promise<readonly Permission[]> {
    return [...this.state.lines.values()];
  }

  async put(drafts: readonly RowDraft[]): Promise<number> {
    const seq = this.#before.head.seq + 1;
    const rows = new Map(this.state.rows);
    for (const draft of inCommitOrder(drafts)) {
      this.#put.push({ ...draft, seq });
      const place = placeOf(draft.record.entityName, draft.record.id);
      // To the end: the order of the map is that of the commits.
      rows.delete(place);
      rows.set(place, { ...draft, seq });
    }
    this.state = { ...this.state, rows, head: { ...this.state.head, seq } };
    return seq;
  }

  async setPermission(line: Permission): Promise<void> {
    const lines = new Map(this.state.lines);
    if (line.actions.length > 0) lines.set(placeOfLine(line), line);
    else lines.delete(placeOfLine(line));
    const { head } = this.state;
    this.state = { ...this.state, lines, head: { ...head, permissions: head.permissions + 1 } };
  }

  async dropDeletions(receivedBefore: number): Promise<number> {
    const { head } = this.state;
    const rows = new Map(this.state.rows);
    let { seq, stamp } = head.horizon;
    for (const [place, row] of this.state.rows) {
      if (!row.record.isDeleted || row.receivedAt >= receivedBefore) continue;
      rows.delete(place);
      seq = Math.max(seq, row.seq);
      stamp = Math.max(stamp, row.record.stamp);
    }
    const dropped = this.state.rows.size - rows.size;
    if (dropped > 0) this.state = { ...this.state, rows, head: { ...head, horizon: { seq, stamp } } };
    return dropped;
  }

  async setLineage(lineage: string): Promise<void> {
    this.state = { ...this.state, head: { ...this.state.head, lineage } };
  }

  #rows(reading: Reading): SyncRow[] {
    return [...this.state.rows.values()].filter((row) => isRead(reading, row));
  }
}

const within = (rows: readonly SyncRow[], room: Room): readonly SyncRow[] => rows.slice(0, fitting(rows, room) + 1);

const placeOfRow = ({ entityKey, record: { entityName: name, id } }: SyncRow): RowPlace => ({ entityKey, name, id });

function sumOf(rows: readonly SyncRow[]): NameSums {
  const { entityKey, record } = rows[0] as SyncRow;
  const sums = { hash: 0, deletedHash: 0, count: 0, deletedCount: 0, stamp: 0 };
  for (const { record: each } of rows) {
    if (each.isDeleted) {
      sums.deletedHash = addHash(sums.deletedHash, each.hash);
      sums.deletedCount++;
    } else {
      sums.hash = addHash(sums.hash, each.hash);
      sums.count++;
    }
    sums.stamp = Math.max(sums.stamp, each.stamp);
  }
  return { entityKey, name: record.entityName, ...sums };
}
