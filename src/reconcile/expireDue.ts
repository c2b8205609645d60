import type { KeyDraft } from '../blob/KeyDraft.ts';
import { tombstone } from '../blob/records.ts';
import { expiryOf } from '../blob/stub.ts';
import { applyEdit, type Edit } from './applyEdit.ts';
import type { LinkRules } from './Finding.ts';
import { takeLater } from './takeLater.ts';

/** Ends what is over in a key that is not in memory: as a deletion with the stamp of the version that it ends. */
export function expireDue(draft: KeyDraft, now: number, rules: LinkRules | null): void {
  const { entityKey } = draft;
  for (const record of draft.records()) {
    const { entityName, id, time } = record;
    if (record.isDeleted || (expiryOf(record) ?? Number.POSITIVE_INFINITY) > now) continue;
    const edit: Edit = { entityKey, entityName, id, record: tombstone(entityName, id, time), base: record };
    if (rules === null) takeLater(draft, edit);
    else applyEdit(draft, edit, rules);
  }
  // The next one comes later than what has just been looked for.
  draft.recount();
}
