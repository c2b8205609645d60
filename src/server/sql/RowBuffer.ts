import { placeOf } from '../../util/placeOf.ts';
import { bytesOf } from '../room.ts';
import type { RowName, SyncRow } from '../SyncStore.ts';

const placeOfRow = ({ record }: SyncRow): string => placeOf(record.entityName, record.id);

/** The rows of one transaction: read once, whoever looks for them, and written together, whoever puts them. */
export class RowBuffer {
  /** As they are now; null: there is none. */
  readonly #known = new Map<string, SyncRow | null>();
  /** Put by the work that is under way, which may still fail. */
  readonly #draft = new Map<string, SyncRow>();
  readonly #unwritten = new Map<string, SyncRow>();
  readonly #written = new Map<string, SyncRow>();
  #bytes = 0;

  /** What the contents take of the rows that are known. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Those of which it is not known whether they are there. */
  unknown(names: readonly RowName[]): readonly RowName[] {
    return names.filter(({ name, id }) => !this.#known.has(placeOf(name, id)));
  }

  /** These were looked for, and that is what was there. */
  note(names: readonly RowName[], rows: readonly SyncRow[]): void {
    for (const { name, id } of names) this.#know(placeOf(name, id), null);
    for (const row of rows) this.#know(placeOfRow(row), row);
  }

  find(names: readonly RowName[]): readonly SyncRow[] {
    return names.flatMap(({ name, id }) => {
      const place = placeOf(name, id);
      return this.#draft.get(place) ?? this.#known.get(place) ?? [];
    });
  }

  put(rows: readonly SyncRow[]): void {
    for (const row of rows) setLast(this.#draft, row);
  }

  /** The work has ended well; whether it has put anything. */
  keep(): boolean {
    const isAny = this.#draft.size > 0;
    for (const [place, row] of this.#draft) {
      this.#know(place, row);
      setLast(this.#unwritten, row);
    }
    this.#draft.clear();
    return isAny;
  }

  /** The work has failed. */
  drop(): void {
    this.#draft.clear();
  }

  /** What is to be written now, in the order of the commits. */
  take(): readonly SyncRow[] {
    const rows = [...this.#unwritten.values()];
    this.#unwritten.clear();
    for (const row of rows) setLast(this.#written, row);
    return rows;
  }

  /** All that was written, in the order of the commits. */
  get written(): readonly SyncRow[] {
    return [...this.#written.values()];
  }

  /** Rows have changed by other ways. */
  forget(): void {
    this.#known.clear();
    this.#bytes = 0;
  }

  #know(place: string, row: SyncRow | null): void {
    const before = this.#known.get(place) ?? null;
    this.#bytes += (row === null ? 0 : bytesOf(row)) - (before === null ? 0 : bytesOf(before));
    this.#known.set(place, row);
  }
}

/** To the end, wherever it was before. */
function setLast(rows: Map<string, SyncRow>, row: SyncRow): void {
  const place = placeOfRow(row);
  rows.delete(place);
  rows.set(place, row);
}
