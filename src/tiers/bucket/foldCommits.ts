import { KeySums } from '../../blob/KeySums.ts';
import { type KeyDataDraft, newKeyData, putRecord, recordAt, recordsIn, removeRecord } from '../../blob/keyData.ts';
import type { Horizon } from '../../interfaces/ISharedTier.ts';
import type { Change } from '../../interfaces/ITier.ts';
import type { KeySummary } from '../../interfaces/Metadata.ts';
import type { StoredRecord } from '../../interfaces/StoredRecord.ts';
import { compareRecords } from '../../reconcile/compareRecords.ts';
import { getOrAdd } from '../../util/getOrAdd.ts';
import { isPlainObject } from '../../util/isPlainObject.ts';
import { isCount } from '../../util/jsonChecks.ts';
import { placeOf } from '../../util/placeOf.ts';

export interface Folding {
  /** The blob of the checkpoint before, which is used up; null: there is none. */
  readonly base: KeyDataDraft | null;
  /** In the order of the history. */
  readonly changes: readonly Change[];
  /** The number of the last commit that is folded. */
  readonly seq: number;
  /** Tombstones that were folded up to here are forgotten. */
  readonly cut: number;
  readonly onUnreadable?: (place: string) => void;
}

export interface Folded {
  readonly data: KeyDataDraft;
  readonly summary: KeySummary;
  /** The lowest number that one of the tombstones was folded with; undefined: there are none. */
  readonly folded: number | undefined;
  /** What was forgotten, up to where. */
  readonly horizon: Horizon;
  readonly isChanged: boolean;
  /** Nothing is left, not even anything that cannot be read. */
  readonly isEmpty: boolean;
}

/** The blob of one key after the changes. Each tombstone keeps the number of the checkpoint that folded it first. */
export function foldCommits({ base, changes, seq, cut, onUnreadable }: Folding): Folded {
  const data = base ?? newKeyData();
  const marks = readMarks(data);
  let isChanged = mergeInto(data, changes, marks, seq);
  const horizon = { seq: 0, stamp: 0 };
  const kept: StoredRecord[] = [];
  const graves: Array<readonly [StoredRecord, number]> = [];
  let unreadable = 0;
  const records = recordsIn(data, (place) => {
    unreadable += 1;
    onUnreadable?.(place);
  });
  for (const record of records) {
    if (record.isDeleted) {
      const mark = marks.get(placeOf(record.entityName, record.id));
      if (mark !== undefined && mark <= cut) {
        horizon.seq = Math.max(horizon.seq, mark);
        horizon.stamp = Math.max(horizon.stamp, record.stamp);
        removeRecord(data, record.entityName, record.id);
        isChanged = true;
        continue;
      }
      isChanged ||= mark === undefined;
      graves.push([record, mark ?? seq]);
    }
    kept.push(record);
  }
  writeMarks(data, graves);
  return {
    data,
    summary: KeySums.of(kept).summary(),
    folded: graves.reduce<number | undefined>((least, [, mark]) => Math.min(least ?? mark, mark), undefined),
    horizon,
    isChanged,
    isEmpty: kept.length === 0 && unreadable === 0,
  };
}

function mergeInto(data: KeyDataDraft, changes: readonly Change[], marks: Map<string, number>, seq: number): boolean {
  let isChanged = false;
  for (const { entityName, id, record } of changes) {
    const current = recordAt(data, entityName, id);
    if (record === null || (current !== undefined && compareRecords(record, current) <= 0)) continue;
    putRecord(data, record);
    if (record.isDeleted) marks.set(placeOf(entityName, id), seq);
    isChanged = true;
  }
  return isChanged;
}

/** They stand in the header of the blob, outside every hash: two blobs of equal records are equal. */
function readMarks(data: KeyDataDraft): Map<string, number> {
  const marks = new Map<string, number>();
  const names: unknown = data.$['folded'];
  for (const [name, ids] of isPlainObject(names) ? Object.entries(names) : []) {
    for (const [id, mark] of isPlainObject(ids) ? Object.entries(ids) : []) {
      if (isCount(mark)) marks.set(placeOf(name, id), mark);
    }
  }
  return marks;
}

function writeMarks(data: KeyDataDraft, graves: ReadonlyArray<readonly [StoredRecord, number]>): void {
  const names = new Map<string, Array<[id: string, mark: number]>>();
  for (const [{ entityName, id }, mark] of graves) getOrAdd(names, entityName, () => []).push([id, mark]);
  const { folded: _before, ...header } = data.$;
  const folded = Object.fromEntries([...names].map(([name, ids]) => [name, Object.fromEntries(ids)]));
  data.$ = { ...header, format: data.$.format, ...(names.size === 0 ? {} : { folded }) };
}
