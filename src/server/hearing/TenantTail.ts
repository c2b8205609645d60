import { placeOf } from '../../util/placeOf.ts';
import type { Permission } from '../Principal.ts';
import { everywhere } from '../permissions/Access.ts';
import { fitting } from '../room.ts';
import type { Commit, Room, SyncRow, SyncStore, TenantHead, TenantReader } from '../SyncStore.ts';

/** A tenant as it was at one moment, with what came last. */
export interface Moment {
  readonly head: TenantHead;
  readonly lines: readonly Permission[];
  /** All rows of later commits than this are here, and nothing of earlier ones. */
  readonly from: number;
  /** By commit, oldest first. */
  readonly rows: readonly SyncRow[];
}

/** What is kept for those who listen. Who needs more looks it up. */
const room: Room = { rows: 1_000, bytes: 4 * 1024 * 1024 };

/** The latest commits of one tenant, read once for all who listen. */
export class TenantTail {
  readonly #store: SyncStore;
  readonly #tenant: string;
  #moment: Moment | null = null;
  /** Null: nothing is being read. */
  #reading: Promise<Moment> | null = null;
  #isStale = true;
  #isUsed = true;

  constructor(store: SyncStore, tenant: string) {
    this.#store = store;
    this.#tenant = tenant;
  }

  /** Something was committed. Answers whether anybody has asked since the last time. */
  changed(commit?: Commit): boolean {
    const isUsed = this.#isUsed;
    this.#isUsed = false;
    if (!this.#take(commit)) this.#isStale = true;
    return isUsed;
  }

  /** No earlier than the last change that was told of before the call. */
  async moment(): Promise<Moment> {
    this.#isUsed = true;
    if (this.#isStale) this.#reading = this.#read(this.#reading);
    return this.#reading ?? (this.#moment as Moment);
  }

  #read(before: Promise<Moment> | null): Promise<Moment> {
    this.#isStale = false;
    const reading = this.#readAfter(before);
    const ended = (): void => {
      if (this.#reading === reading) this.#reading = null;
    };
    reading.then(ended, ended);
    return reading;
  }

  async #readAfter(before: Promise<Moment> | null): Promise<Moment> {
    await before?.catch(() => {});
    try {
      this.#moment = await this.#store.read(this.#tenant, (reader) => nextMoment(this.#moment, reader));
      return this.#moment;
    } catch (error) {
      // Whoever comes next asks again.
      this.#isStale = true;
      throw error;
    }
  }

  /** Whether a commit of this process has become a part of the moment, so that nothing has to be read. */
  #take(commit: Commit | undefined): boolean {
    if (commit === undefined || this.#moment === null || this.#isStale || this.#reading !== null) return false;
    if (!isNext(this.#moment.head, commit)) return false;
    this.#moment = { ...this.#moment, head: commit.head, ...joined(this.#moment, commit.rows) };
    return true;
  }
}

/** Whether it goes on from there, and concerns rows alone. */
const isNext = (known: TenantHead, { before, head }: Commit): boolean =>
  before.seq === known.seq &&
  [before, head].every(({ lineage, permissions }) => lineage === known.lineage && permissions === known.permissions);

/** Most of the time the history has only gone on, so that the rows are asked for together with the head. */
async function nextMoment(before: Moment | null, reader: TenantReader): Promise<Moment> {
  const reading = { access: everywhere, collections: null };
  const [head, newer] = await Promise.all([
    reader.head(),
    before === null ? [] : reader.feed({ after: before.head.seq, room, reading }),
  ]);
  if (before === null || before.head.lineage !== head.lineage || before.head.seq > head.seq) {
    return { head, lines: await reader.permissions(), from: head.seq, rows: [] };
  }
  const isSamePolicy = before.head.permissions === head.permissions;
  const lines = isSamePolicy ? before.lines : await reader.permissions();
  if (before.head.seq === head.seq) return { ...before, head, lines };
  if (fitting(newer, room) < newer.length) return { head, lines, from: head.seq, rows: [] };
  return { head, lines, ...joined(before, newer) };
}

/** A row that was written again has moved to its later commit, as in the store itself. */
function joined(before: Moment, newer: readonly SyncRow[]): Pick<Moment, 'from' | 'rows'> {
  const moved = new Set(newer.map(placeOfRow));
  const rows = [...before.rows.filter((row) => !moved.has(placeOfRow(row))), ...newer];
  const cut = rows.length - fitting(rows.toReversed(), room);
  if (cut === 0) return { from: before.from, rows };
  const from = (rows[cut - 1] as SyncRow).seq;
  return { from, rows: rows.filter(({ seq }) => seq > from) };
}

const placeOfRow = ({ record }: SyncRow): string => placeOf(record.entityName, record.id);

/** Those who listen are near the end. */
export function rowsAfter(rows: readonly SyncRow[], seq: number): readonly SyncRow[] {
  let first = rows.length;
  while (first > 0 && (rows[first - 1] as SyncRow).seq > seq) first -= 1;
  return rows.slice(first);
}
