import type { KeyDraft } from '../blob/KeyDraft.ts';
import type { ApplyResult, Change } from '../interfaces/ITier.ts';
import { compareRecords } from './compareRecords.ts';

export const applied: ApplyResult = Object.freeze({ outcome: 'applied' });

/** The later of the change and what stands there stays. */
export function takeLater(draft: KeyDraft, { entityName, id, record }: Change): ApplyResult {
  const current = draft.record(entityName, id);
  if (record === null) {
    draft.remove(entityName, id);
    return applied;
  }
  const order = current === undefined ? 1 : compareRecords(record, current);
  if (order > 0) draft.put(record, current);
  return order < 0 && current !== undefined ? { outcome: 'superseded', record: current } : applied;
}
