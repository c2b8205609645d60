import type { RowDraft, RowPlace } from './SyncStore.ts';

/** As the database orders the rows of keys. */
export function comparePlaces(a: RowPlace, b: RowPlace): number {
  const order = (x: string, y: string): number => (x < y ? -1 : x > y ? 1 : 0);
  return order(a.entityKey, b.entityKey) || order(a.name, b.name) || order(a.id, b.id);
}

/** As the database orders the rows of one commit: by name and id. */
export const inCommitOrder = (rows: readonly RowDraft[]): readonly RowDraft[] =>
  rows.toSorted((a, b) => comparePlaces(placeInCommit(a), placeInCommit(b)));

const placeInCommit = ({ record: { entityName: name, id } }: RowDraft): RowPlace => ({ entityKey: '', name, id });
