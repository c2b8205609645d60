import { placeOf } from '../../util/placeOf.ts';
import type { Permission } from '../Principal.ts';
import { everywhere } from '../permissions/Access.ts';
import type { SyncRow, SyncStore, TenantHead, TenantReader } from '../SyncStore.ts';

/** A tenant as it was at one moment, with what came last. */
export interface Moment {
  readonly head: TenantHead;
  readonly lines: readonly Permission[];
  /** All rows of later commits than this are here, and nothing of earlier ones. */
  readonly from: number;
  /** By commit, oldest first. */
  readonly rows: readonly SyncRow[];
}

const rowsAtMost = 1_000;

/** The latest commits of one tenant, read once for all who listen. */
export class TenantTail {
  readonly #store: SyncStore;
  readonly #tenant: string;
  #moment: Moment | null = null;
  #reading: Promise<Moment> | null = null;
  #isStale = true;
  #isUsed = true;

  constructor(store: SyncStore, tenant: string) {
    this.#store = store;
    this.#tenant = tenant;
  }

  /** Something was committed. Answers whether anybody has asked since the last time. */
  changed(): boolean {
    const isUsed = this.#isUsed;
    this.#isUsed = false;
    this.#isStale = true;
    return isUsed;
  }

  /** No earlier than the last change that was told of before the call. */
  moment(): Promise<Moment> {
    this.#isUsed = true;
    if (this.#reading !== null && !this.#isStale) return this.#reading;
    this.#isStale = false;
    const before = this.#reading?.catch(() => {});
    const reading = (async () => {
      await before;
      this.#moment = await this.#store.read(this.#tenant, (reader) => nextMoment(this.#moment, reader));
      return this.#moment;
    })();
    this.#reading = reading;
    reading.catch(() => {
      // Whoever comes next asks again.
      if (this.#reading === reading) this.#reading = null;
    });
    return reading;
  }
}

async function nextMoment(before: Moment | null, reader: TenantReader): Promise<Moment> {
  const head = await reader.head();
  if (before === null || before.head.lineage !== head.lineage || before.head.seq > head.seq) {
    return { head, lines: await reader.permissions(), from: head.seq, rows: [] };
  }
  const isSamePolicy = before.head.permissions === head.permissions;
  const lines = isSamePolicy ? before.lines : await reader.permissions();
  if (before.head.seq === head.seq) return { ...before, head, lines };
  const reading = { access: everywhere, collections: null };
  const newer = await reader.feed({ after: before.head.seq, limit: rowsAtMost + 1, reading });
  if (newer.length > rowsAtMost) return { head, lines, from: head.seq, rows: [] };
  return { head, lines, ...joined(before, newer) };
}

/** A row that was written again has moved to its later commit, as in the store itself. */
function joined(before: Moment, newer: readonly SyncRow[]): Pick<Moment, 'from' | 'rows'> {
  const moved = new Set(newer.map(placeOfRow));
  const rows = [...before.rows.filter((row) => !moved.has(placeOfRow(row))), ...newer];
  const cut = rows.length - rowsAtMost;
  if (cut <= 0) return { from: before.from, rows };
  const from = (rows[cut - 1] as SyncRow).seq;
  return { from, rows: rows.filter(({ seq }) => seq > from) };
}

const placeOfRow = ({ record }: SyncRow): string => placeOf(record.entityName, record.id);
