import { expect, test } from 'vitest';
import { KeyDraft } from '../../src/blob/KeyDraft.ts';
import { stubOf } from '../../src/blob/stub.ts';
import type { StoredRecord } from '../../src/interfaces/StoredRecord.ts';
import { applyEdit } from '../../src/reconcile/applyEdit.ts';
import type { LinkRules } from '../../src/reconcile/Finding.ts';
import { active, deleted } from '../support/records.ts';

const [older, evicted, later] = [1, 2, 3].map((at) => active('Item', 's.a', at, { at })) as [
  StoredRecord,
  StoredRecord,
  StoredRecord,
];

/** What becomes of an edit that meets the stub: what stands there, what it counts as made of, and what is looked at again. */
function edited(record: StoredRecord, base: StoredRecord | null | undefined) {
  const draft = new KeyDraft('app.s', null);
  draft.put(stubOf(evicted));
  const again: string[] = [];
  const rules = {
    now: 0,
    isSynced: () => true,
    isHeld: () => true,
    nextOrder: () => 1,
    lookAgain: (key: string) => again.push(key),
  } as unknown as LinkRules;
  const edit = { entityKey: 'app.s', entityName: 'Item', id: 's.a', record, base };
  expect(applyEdit(draft, edit, rules)).toEqual({ outcome: 'applied' });
  return { stands: draft.record('Item', 's.a'), base: draft.entry('Item', 's.a')?.base, again };
}

test('[RT5] an edit of an evicted version has that one as its base, in full where it was seen', () => {
  expect(edited(later, evicted)).toEqual({ stands: later, base: evicted, again: [] });
  expect(edited(later, undefined)).toMatchObject({ stands: later, base: { isEvicted: true }, again: [] });
  const unread = deleted('Item', 's.a', 2);
  expect(edited(later, unread)).toMatchObject({ stands: later, base: { isEvicted: true }, again: [] });
});

test('[RT6] an edit of another version stays, and its key has to be brought before it is sent', () => {
  expect(edited(later, older)).toEqual({ stands: later, base: older, again: ['app.s'] });
  expect(edited(older, undefined)).toEqual({ stands: older, base: undefined, again: ['app.s'] });
});

test('[RT5] the evicted version itself, delivered once more, changes nothing', () => {
  const { stands, base } = edited(evicted, undefined);
  expect(stands?.isEvicted).toBe(true);
  expect(base).toBe(undefined);
});
