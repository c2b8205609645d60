import fc from 'fast-check';
import { type AnyEntity, DataOrchestrator, type IStore, MemoryStore } from 'tiersync';
import { describe, expect, test } from 'vitest';
import { KeySums, toMetadata } from '../../src/blob/KeySums.ts';
import { takeIn } from '../../src/blob/takeIn.ts';
import type { EntityKeyData } from '../../src/interfaces/EntityKeyData.ts';
import type { Metadata } from '../../src/interfaces/Metadata.ts';
import type { Held } from '../../src/tiers/Held.ts';
import type { StoredForms } from '../../src/tiers/StoredForms.ts';
import type { StoreTier } from '../../src/tiers/StoreTier.ts';
import { groupBy } from '../../src/util/groupBy.ts';
import { type MemoryTier, openMemory } from '../support/memoryTier.ts';
import { QuickStartStore } from '../support/QuickStartStore.ts';
import { recount, sumsOf } from '../support/recount.ts';
import { TestEnvironment } from '../support/TestEnvironment.ts';

const keyOf = (id: string): string => `app.${id.includes('.') ? id.slice(0, id.lastIndexOf('.')) : 'global'}`;

const time = (seconds: number): Date => new Date(Date.parse('2026-05-17T12:00:00.000Z') + seconds * 1000);

/** The index of what is in memory. */
function metadataOf(forms: StoredForms): Metadata {
  const keys = [...groupBy(forms.records(), ({ id }) => keyOf(id))];
  return toMetadata(new Map(keys.map(([key, records]) => [key, KeySums.of(records).summary()])));
}

const open = (store: IStore, onNoted?: (() => void) | null): MemoryTier => openMemory(store, keyOf, onNoted);

const entity = (entityName: string, id: string, seconds: number, label: string): AnyEntity =>
  takeIn(entityName, { label }, { id, createdAt: time(0) as never, updatedAt: time(seconds) as never, version: 1 });

/** Writes as a transaction does: it has looked at what stands there. */
function put(tier: StoreTier, entityName: string, id: string, held: Held): Held {
  const before = tier.held(entityName, id);
  tier.put(entityName, id, held, before);
  return before;
}

const all = (): boolean => true;

const stores: { readonly [name: string]: () => IStore } = {
  MemoryStore: () => new MemoryStore(),
  'the store of the Quick Start': () => new QuickStartStore(),
};

describe.each(Object.entries(stores))('over %s', (_, openStore) => {
  test('[TI20] what was put is held: an entity, the time of its deletion, or nothing', () => {
    const { tier } = open(openStore());
    const one = entity('Task', 'a.1', 1, 'one');
    expect(put(tier, 'Task', 'a.1', one)).toBe(undefined);
    expect(tier.held('Task', 'a.1')).toEqual(one);
    expect(tier.held('Note', 'a.1')).toBe(undefined);
    put(tier, 'Task', 'a.1', 77);
    expect(tier.held('Task', 'a.1')).toBe(77);
    expect(tier.entities('Task').size).toBe(0);
    put(tier, 'Task', 'a.1', undefined);
    expect(tier.held('Task', 'a.1')).toBe(undefined);
  });

  test('[TI21] the journal gives one change an id, the latest, and only what was not delivered', () => {
    const { tier, journal } = open(openStore());
    put(tier, 'Task', 'a.1', entity('Task', 'a.1', 1, 'one'));
    put(tier, 'Task', 'b.1', entity('Task', 'b.1', 1, 'one'));
    put(tier, 'Task', 'a.1', entity('Task', 'a.1', 2, 'two'));
    expect(journal.changedKeys()).toEqual(new Set(['app.a', 'app.b']));
    const changes = journal.takeChanges((key) => key === 'app.a');
    expect(changes.map(({ id, record }) => [id, record?.value?.['label']])).toEqual([['a.1', 'two']]);
    expect(journal.isPending('Task', 'a.1')).toBe(false);
    expect(journal.isPending('Task', 'b.1')).toBe(true);
    expect(journal.takeChanges(all).map(({ id }) => id)).toEqual(['b.1']);
    expect(journal.hasChanges).toBe(false);
    tier.settle('Task', 'a.2', entity('Task', 'a.2', 1, 'from below'));
    expect(journal.hasChanges).toBe(false);
  });

  test('[TI22] a write that was taken back was never there', () => {
    const { tier, journal } = open(openStore());
    const one = entity('Task', 'a.1', 1, 'one');
    put(tier, 'Task', 'a.1', one);
    journal.takeChanges(all);
    const before = put(tier, 'Task', 'a.1', 99);
    const beforeNew = put(tier, 'Task', 'a.2', entity('Task', 'a.2', 1, 'new'));
    tier.takeBack('Task', 'a.2', beforeNew);
    tier.takeBack('Task', 'a.1', before);
    expect(tier.held('Task', 'a.1')).toEqual(one);
    expect(tier.held('Task', 'a.2')).toBe(undefined);
    expect(journal.takeChanges(all)).toEqual([]);
  });

  test('[TI23] changes that were given back come again, in their latest form, also as what was never there', () => {
    const { tier, journal } = open(openStore());
    put(tier, 'Task', 'a.1', entity('Task', 'a.1', 1, 'one'));
    put(tier, 'Task', 'a.2', entity('Task', 'a.2', 1, 'one'));
    const taken = journal.takeChanges(all);
    put(tier, 'Task', 'a.1', entity('Task', 'a.1', 2, 'two'));
    put(tier, 'Task', 'a.2', undefined);
    journal.giveBack(taken);
    expect(journal.isPending('Task', 'a.1')).toBe(true);
    expect(journal.takeChanges(all).map(({ id, record }) => [id, record?.value?.['label'] ?? null])).toEqual([
      ['a.1', 'two'],
      ['a.2', null],
    ]);
  });

  test('[TI24] without a slower tier nothing is noted', () => {
    const { tier, journal } = open(openStore(), null);
    put(tier, 'Task', 'a.1', entity('Task', 'a.1', 1, 'one'));
    expect(journal.hasChanges).toBe(false);
    expect(journal.takeChanges(all)).toEqual([]);
  });

  test('[TI25] a key that was lost below is noted whole, deletions too', () => {
    const { tier, journal } = open(openStore());
    put(tier, 'Task', 'a.1', entity('Task', 'a.1', 1, 'one'));
    put(tier, 'Note', 'a.2', entity('Note', 'a.2', 1, 'two'));
    put(tier, 'Task', 'a.3', 5000);
    put(tier, 'Task', 'b.1', entity('Task', 'b.1', 1, 'elsewhere'));
    journal.takeChanges(all);
    journal.noteKey('app.a');
    expect(
      journal
        .takeChanges(all)
        .map(({ id, record }) => [id, record?.isDeleted])
        .sort(),
    ).toEqual([
      ['a.1', false],
      ['a.2', false],
      ['a.3', true],
    ]);
  });

  test('[TI25] however many keys were lost, each record is looked at once', () => {
    let asked = 0;
    const countedKeyOf = (id: string): string => {
      asked++;
      return keyOf(id);
    };
    const { tier, journal } = openMemory(openStore(), countedKeyOf);
    const ids = Array.from({ length: 100 }, (_, i) => `k${i}.one`);
    for (const id of ids) put(tier, 'Task', id, entity('Task', id, 1, 'one'));
    const asking = (lost: readonly string[]): number => {
      journal.takeChanges(all);
      asked = 0;
      for (const id of lost) journal.noteKey(keyOf(id));
      expect(journal.hasChanges).toBe(true);
      return asked;
    };
    expect(asking(ids)).toBe(asking(['k0.one']));
    asking(ids);
    expect(new Set(journal.takeChanges(all).map(({ id }) => id))).toEqual(new Set(ids));
  });

  test('[TI26] [P6] after any writes the index of memory equals a recount of what the journal delivered', () => {
    const writeArb = fc.record({
      id: fc.constantFrom('a.1', 'a.2', 'b.1', 'bare'),
      name: fc.constantFrom('Task', 'Note'),
      kind: fc.constantFrom('save', 'save', 'delete', 'forget', 'take'),
    });
    fc.assert(
      fc.property(fc.array(writeArb, { maxLength: 30 }), (writes) => {
        const { tier, forms, journal } = open(openStore());
        const blobs = new Map<string, { [name: string]: { [id: string]: unknown } }>();
        const deliver = (): void => {
          for (const { entityKey, entityName, id, record } of journal.takeChanges(all)) {
            const blob = blobs.get(entityKey) ?? { deleted: {} };
            blobs.set(entityKey, blob);
            const entities = (blob[entityName] ??= {});
            const graves = ((blob['deleted'] as { [name: string]: { [id: string]: unknown } })[entityName] ??= {});
            delete entities[id];
            delete graves[id];
            if (record?.isDeleted) graves[id] = record.time;
            else if (record !== null) entities[id] = record.value;
          }
        };
        for (const [i, { id, name, kind }] of writes.entries()) {
          if (kind === 'take') deliver();
          else if (kind === 'save') put(tier, name, id, entity(name, id, i, `label ${i}`));
          else put(tier, name, id, kind === 'delete' ? time(i).getTime() : undefined);
        }
        deliver();
        expect(sumsOf(metadataOf(forms))).toEqual(recount(blobs as unknown as Map<string, EntityKeyData>));
        for (const name of tier.names()) {
          const held = [...tier.entities(name).values()].map(({ id }) => id).sort();
          expect(held).toEqual([...blobs.values()].flatMap((blob) => Object.keys(blob[name] ?? {})).sort());
        }
      }),
      { numRuns: 200, seed: 20261120 },
    );
  });
});

test('[TI27] what a foreign store holds is handed out as frozen copies, whatever somebody else puts there', () => {
  const store = new QuickStartStore();
  const { tier } = open(store);
  put(tier, 'Task', 'a.1', entity('Task', 'a.1', 1, 'one'));
  expect(Object.isFrozen(tier.held('Task', 'a.1'))).toBe(true);
  const theirs = { ...entity('Task', 'a.1', 1, 'by somebody else'), list: [1] };
  store.save('app.a', 'Task', theirs);
  store.save('app.a', 'Task', entity('Task', 'a.2', 1, 'never given'));
  const held = tier.held('Task', 'a.1') as AnyEntity;
  theirs.list.push(2);
  expect(held).toMatchObject({ label: 'by somebody else', list: [1] });
  expect(Object.isFrozen(held)).toBe(true);
  expect(tier.held('Task', 'a.2')).toBe(undefined);
});

test('[TI28] the Quick Start stores work as printed, as store and as local, over restarts', async () => {
  const local = new QuickStartStore();
  const environment = new TestEnvironment();
  const load = () => DataOrchestrator.create({ prefix: 'app', store: new QuickStartStore(), local, environment });
  const first = await load();
  const tasks = first.repo<{ label: string; list?: number[] }>('Task');
  const list = [1, 2];
  const id = tasks.save({ label: 'one', list });
  const gone = tasks.save({ label: 'gone' });
  list.push(3);
  await first.flush();
  tasks.delete(gone);
  await tasks.update(id, { label: 'two' });
  await first.unload();
  const second = await load();
  const again = second.repo<{ label: string; list?: number[] }>('Task');
  expect(await again.getAll()).toMatchObject([{ id, label: 'two', list: [1, 2], version: 2 }]);
  expect(await again.get(gone)).toBe(null);
  again.save({ id, label: 'three' });
  await second.unload();
  expect((await (await load()).repo<{ label: string }>('Task').get(id))?.label).toBe('three');
});
