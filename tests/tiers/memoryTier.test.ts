import fc from 'fast-check';
import { MemoryStore, TierSyncError } from 'tiersync';
import { expect, test } from 'vitest';
import type { KeyDraft, PendingRecord } from '../../src/blob/KeyDraft.ts';
import type { Change } from '../../src/interfaces/ITier.ts';
import type { StoredRecord } from '../../src/interfaces/StoredRecord.ts';
import { applyEdit } from '../../src/reconcile/applyEdit.ts';
import type { LinkRules } from '../../src/reconcile/Finding.ts';
import type { LocalTier } from '../../src/tiers/LocalTier.ts';
import { MemoryTier } from '../../src/tiers/MemoryTier.ts';
import { PersistenceTier } from '../../src/tiers/PersistenceTier.ts';
import { active, changeOf, deleted, forget } from '../support/records.ts';
import { sumsOf } from '../support/recount.ts';

type Waiting = Map<string, readonly PendingRecord[]>;

const noting = (waiting: Waiting) => (draft: KeyDraft) => void waiting.set(draft.entityKey, draft.pending());

const rules = (): LinkRules => {
  let order = 0;
  return {
    now: 1,
    isSynced: (name) => name === 'Task',
    isHeld: () => true,
    isSettled: () => true,
    lookAgain: () => {},
    resolve: () => ({ kind: 'take-remote', reason: 'on purpose' }),
    nextOrder: () => ++order,
    strategyOf: () => 'server-wins',
    nextConflict: () => 1,
  };
};

const changeArb: fc.Arbitrary<Change> = fc
  .record({
    key: fc.constantFrom('app.a', 'app.b'),
    name: fc.constantFrom('Task', 'Note'),
    number: fc.integer({ min: 1, max: 3 }),
    seconds: fc.integer({ min: 1, max: 5 }),
    kind: fc.constantFrom('active', 'active', 'deleted', 'forget'),
  })
  .map(({ key, name, number, seconds, kind }) => {
    const id = `${key.slice(4)}.${number}`;
    if (kind === 'forget') return forget(key, name, id);
    return changeOf(key, kind === 'deleted' ? deleted(name, id, seconds) : active(name, id, seconds, { seconds }));
  });

const textOf = ({ entityName, id, isDeleted, time, text }: StoredRecord): string =>
  [entityName, id, isDeleted ? time : text].join(' ');

async function shown(tier: LocalTier, waiting: Waiting): Promise<unknown> {
  const keys = ['app.a', 'app.b'];
  const records = await Promise.all(keys.map(async (key) => (await tier.readKey(key)).map(textOf).sort()));
  const pending = keys.map((key) =>
    (waiting.get(key) ?? [])
      .map(({ entityName, id, entry, record }) => [entityName, id, entry.base?.text, record?.text])
      .sort(),
  );
  const active = tier.countActive();
  return { sums: sumsOf(await tier.readMetadata()), records, pending, active };
}

test('[TI36] in memory only, everything is decided, counted and noted as in a local tier', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.array(changeArb, { maxLength: 5 }), { maxLength: 8 }), async (steps) => {
      const [inMemory, below]: [Waiting, Waiting] = [new Map(), new Map()];
      const memory = new MemoryTier(noting(inMemory));
      const local = await PersistenceTier.open({
        persistence: new MemoryStore(),
        keyPrefix: 'app.',
        createId: (size) => 'x'.repeat(size),
        onProblem: () => {},
        onWaiting: noting(below),
      });
      const [ofMemory, ofLocal] = [rules(), rules()];
      for (const changes of steps) {
        const a = await memory.apply(changes, (draft, change) => applyEdit(draft, change, ofMemory));
        const b = await local.apply(changes, (draft, change) => applyEdit(draft, change, ofLocal));
        expect(a.map(({ outcome }) => outcome)).toEqual(b.map(({ outcome }) => outcome));
        expect(await shown(memory, inMemory)).toEqual(await shown(local, below));
      }
    }),
    { numRuns: 100, seed: 20261124 },
  );
});

test('[TI37] a decision that throws leaves everything as it was, and after close calls are refused', async () => {
  const tier = new MemoryTier(() => {});
  await tier.apply([changeOf('app.a', active('Task', 'a.1', 1))]);
  const before = sumsOf(await tier.readMetadata());
  const later = [changeOf('app.a', active('Task', 'a.1', 2)), changeOf('app.b', active('Task', 'b.1', 2))];
  const deciding = tier.apply(later, (draft, { entityKey, record }) => {
    if (entityKey === 'app.b') throw new TierSyncError('confirm-needed', 'on purpose');
    draft.put(record as StoredRecord);
    return { outcome: 'applied' };
  });
  await expect(deciding).rejects.toMatchObject({ code: 'confirm-needed' });
  expect(sumsOf(await tier.readMetadata())).toEqual(before);
  await tier.close();
  await expect(tier.apply(later)).rejects.toMatchObject({ code: 'closed' });
  await expect(tier.readKey('app.a')).rejects.toMatchObject({ code: 'closed' });
});
