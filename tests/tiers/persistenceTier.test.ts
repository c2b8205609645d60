import fc from 'fast-check';
import type { EntityKeyData, IPersistence } from 'tiersync';
import { describe, expect, test } from 'vitest';
import type { ApplyResult, Change, TierProblem } from '../../src/interfaces/ITier.ts';
import type { StoredRecord } from '../../src/interfaces/StoredRecord.ts';
import { mergeRecords } from '../../src/reconcile/compareRecords.ts';
import { PersistenceTier } from '../../src/tiers/PersistenceTier.ts';
import { FaultyPersistence, writesOf } from '../support/FaultyPersistence.ts';
import { QuickStartStore } from '../support/QuickStartStore.ts';
import { active, changeOf, deleted, forget, timeAt } from '../support/records.ts';
import { recount, sumsOf } from '../support/recount.ts';
import { allAbilities, type DiskAbilities, TextDisk } from '../support/TextDisk.ts';

const variants: { readonly [name: string]: DiskAbilities } = {
  'three methods': {},
  listKeys: { listKeys: true },
  storeMany: { storeMany: true },
  'exclusive and setAside': { exclusive: true, setAside: true, listKeys: true, flush: true },
  'all abilities': allAbilities,
  'blobs in part': { parts: true },
  'several blobs in part': { parts: true, patchMany: true, listKeys: true, flush: true },
};

async function open(persistence: IPersistence) {
  const problems: TierProblem[] = [];
  const tier = await PersistenceTier.open({
    persistence,
    keyPrefix: 'app.',
    createId: (size) => 'x'.repeat(size),
    onProblem: (problem) => problems.push(problem),
  });
  return { tier, problems };
}

async function openOn(disk: TextDisk, can: DiskAbilities) {
  const persistence = new FaultyPersistence(disk.open(can));
  return { persistence, faults: persistence.faults, ...(await open(persistence)) };
}

const blobsOf = (disk: TextDisk): [string, EntityKeyData][] =>
  [...disk.texts.keys()]
    .filter((key) => key.startsWith('app.') && key !== 'app.$metadata')
    .map((key) => [key, disk.read(key) as EntityKeyData]);

const textOf = ({ isDeleted, time, text }: StoredRecord): string => (isDeleted ? time : text);

const outcomes = (results: readonly ApplyResult[]): string[] => results.map(({ outcome }) => outcome);

/** Every id of two names in two keys, stamps and versions that often collide. */
const changeArb: fc.Arbitrary<Change> = fc
  .record({
    key: fc.constantFrom('app.a', 'app.b', 'app.global'),
    name: fc.constantFrom('Task', 'Note'),
    number: fc.integer({ min: 1, max: 3 }),
    seconds: fc.integer({ min: 1, max: 4 }),
    version: fc.integer({ min: 1, max: 2 }),
    kind: fc.constantFrom('active', 'active', 'active', 'deleted', 'forget'),
    label: fc.constantFrom('x', 'y'),
  })
  .map(({ key, name, number, seconds, version, kind, label }) => {
    const id = `${key.slice(4)}.${number}`;
    if (kind === 'forget') return forget(key, name, id);
    return changeOf(
      key,
      kind === 'deleted' ? deleted(name, id, seconds) : active(name, id, seconds, { label }, version),
    );
  });

describe.each(Object.entries(variants))('over %s', (_, can) => {
  test('[TI1] a change is merged under the one order, and a later one in the tier is the answer', async () => {
    const { tier } = await openOn(new TextDisk(), can);
    const later = active('Task', 'a.1', 5, { label: 'later' });
    expect(await tier.apply([changeOf('app.a', active('Task', 'a.1', 3)), changeOf('app.a', later)])).toEqual([
      { outcome: 'applied' },
      { outcome: 'applied' },
    ]);
    const [result] = await tier.apply([changeOf('app.a', active('Task', 'a.1', 4))]);
    expect(result?.outcome).toBe('superseded');
    expect(result?.outcome === 'superseded' && result.record.text).toBe(later.text);
    // On equal stamps a deletion wins, then the higher version, then the greater hash.
    expect(outcomes(await tier.apply([changeOf('app.a', deleted('Task', 'a.1', 5))]))).toEqual(['applied']);
    expect(outcomes(await tier.apply([changeOf('app.a', active('Task', 'a.1', 5, {}, 9))]))).toEqual(['superseded']);
    expect((await tier.readKey('app.a')).map(textOf)).toEqual([timeAt(5)]);
  });

  test('[TI2] [P3] applying the same changes again writes nothing', async () => {
    const disk = new TextDisk();
    const { tier, faults } = await openOn(disk, can);
    const changes = [
      changeOf('app.a', active('Task', 'a.1', 1)),
      changeOf('app.a', deleted('Task', 'a.2', 1)),
      changeOf('app.b', active('Note', 'b.1', 1)),
    ];
    await tier.apply(changes);
    const writes = writesOf(faults);
    const texts = new Map(disk.texts);
    expect(outcomes(await tier.apply(changes))).toEqual(['applied', 'applied', 'applied']);
    expect(writesOf(faults)).toBe(writes);
    const again = await openOn(disk, can);
    expect(outcomes(await again.tier.apply(changes))).toEqual(['applied', 'applied', 'applied']);
    expect(writesOf(again.faults)).toBe(0);
    expect(disk.texts).toEqual(texts);
  });

  test('[TI3] forgetting takes every trace of an id, and is repeatable', async () => {
    const disk = new TextDisk();
    const { tier } = await openOn(disk, can);
    await tier.apply([changeOf('app.a', active('Task', 'a.1', 1)), changeOf('app.a', deleted('Task', 'a.2', 1))]);
    const changes = [forget('app.a', 'Task', 'a.1'), forget('app.a', 'Task', 'a.2'), forget('app.b', 'Task', 'b.9')];
    expect(outcomes(await tier.apply(changes))).toEqual(['applied', 'applied', 'applied']);
    expect(outcomes(await tier.apply(changes))).toEqual(['applied', 'applied', 'applied']);
    expect([...disk.texts.values()].join()).not.toMatch(/a\.1|a\.2|b\.9/);
    expect(sumsOf(await tier.readMetadata())).toEqual({ hash: 0, keys: {} });
  });

  test('[TI4] [P6] after any changes the index equals a recount of every key, in memory and as stored', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.array(changeArb, { maxLength: 6 }), fc.boolean()), { maxLength: 8 }),
        async (steps) => {
          const disk = new TextDisk();
          let { tier, problems } = await openOn(disk, can);
          const model = new Map<string, StoredRecord>();
          for (const [changes, reopen] of steps) {
            const results = await tier.apply(changes);
            for (const [i, { entityName, id, record }] of changes.entries()) {
              const place = `${entityName} ${id}`;
              const merged = record === null ? undefined : mergeRecords(model.get(place), record);
              if (record !== null)
                expect(results[i]?.outcome).toBe(textOf(merged!) === textOf(record) ? 'applied' : 'superseded');
              if (merged === undefined) model.delete(place);
              else model.set(place, merged);
            }
            const expected = recount(blobsOf(disk));
            expect(sumsOf(await tier.readMetadata())).toEqual(expected);
            const stored = disk.read('app.$metadata') as unknown as Parameters<typeof sumsOf>[0] | null;
            if (stored !== null) expect(sumsOf(stored)).toEqual(expected);
            if (reopen) ({ tier, problems } = await openOn(disk, can));
            expect(problems).toEqual([]);
          }
          const found: [string, string][] = [];
          for (const key of ['app.a', 'app.b', 'app.global']) {
            for (const record of await tier.readKey(key))
              found.push([`${record.entityName} ${record.id}`, textOf(record)]);
          }
          expect(new Map(found)).toEqual(new Map([...model].map(([place, record]) => [place, textOf(record)])));
        },
      ),
      { numRuns: 100, seed: 20261120 },
    );
  });

  test('[TI5] unknown names and fields, and everything under $, survive', async () => {
    const disk = new TextDisk();
    const strange = {
      $: { format: 1, fromTheFuture: [1, { two: 2 }] },
      Unheard: { 'a.9': { id: 'a.9', updatedAt: timeAt(1), createdAt: timeAt(1), version: 3, shape: { round: true } } },
      Task: { 'a.1': { id: 'a.1', updatedAt: timeAt(1), createdAt: timeAt(1), version: 1, $odd: 1, own: null } },
      $stubs: { some: 'thing' },
      deleted: { Unheard: { 'a.8': timeAt(1) } },
    };
    disk.texts.set('app.a', JSON.stringify(strange));
    const { tier, problems } = await openOn(disk, can);
    await tier.apply([changeOf('app.a', active('Task', 'a.2', 2))]);
    const { Task, ...rest } = disk.read('app.a') as unknown as typeof strange;
    const { Task: _before, ...restBefore } = strange;
    expect(rest).toEqual(restBefore);
    expect(Task['a.1']).toEqual(strange.Task['a.1']);
    expect(problems).toEqual([]);
    expect((await tier.readKey('app.a')).map(({ id }) => id).sort()).toEqual(['a.1', 'a.2', 'a.8', 'a.9']);
    expect(sumsOf(await tier.readMetadata())).toEqual(recount(blobsOf(disk)));
  });

  test('[TI6] calls at the same time have an order, and none is lost', async () => {
    const disk = new TextDisk();
    const { tier } = await openOn(disk, can);
    const applied = Array.from({ length: 20 }, (_, i) =>
      tier.apply([changeOf('app.a', active('Task', `a.${i}`, 1)), changeOf('app.b', active('Task', 'b.1', i))]),
    );
    const reads = Array.from({ length: 5 }, () => tier.readKey('app.a'));
    await Promise.all(applied);
    for (const read of reads) expect((await read).length).toBe(20);
    expect((await tier.readKey('app.b')).map(({ time }) => time)).toEqual([timeAt(19)]);
    expect(sumsOf(await tier.readMetadata())).toEqual(recount(blobsOf(disk)));
  });

  test('[TI7] [P6] bytes that cannot be read are set aside whole, reported once, and hold up no other key', async () => {
    const disk = new TextDisk();
    const first = await openOn(disk, can);
    await first.tier.apply([changeOf('app.a', active('Task', 'a.1', 1)), changeOf('app.b', active('Task', 'b.1', 1))]);
    disk.texts.set('app.a', '["rotten"]');
    const { tier, problems } = await openOn(disk, can);
    expect(await tier.readKey('app.a')).toEqual([]);
    expect((await tier.readKey('app.b')).length).toBe(1);
    expect(problems.filter(({ code }) => code === 'corrupt')).toMatchObject([{ entityKey: 'app.a' }]);
    expect([...disk.texts.values()].some((text) => text.includes('["rotten"]'))).toBe(true);
    await tier.apply([changeOf('app.a', active('Task', 'a.2', 2))]);
    expect(sumsOf(await tier.readMetadata())).toEqual(recount(blobsOf(disk)));
  });

  test('[TI8] [P6] an index that disagrees with its blobs, or is rotten, is counted anew', async () => {
    for (const spoil of [
      (text: string) => text.replace(/"count":1/g, '"count":7'),
      () => '{"$":{"format":1},"entityKeys":{"app.a":{"hash":"x"}}}',
      () => '17',
      () => '{}',
      () => '{"entityKeys":[]}',
      () => '{"Task":{}}',
    ]) {
      const disk = new TextDisk();
      const first = await openOn(disk, can);
      await first.tier.apply([
        changeOf('app.a', active('Task', 'a.1', 1)),
        changeOf('app.b', active('Task', 'b.1', 1)),
      ]);
      const right = sumsOf(await first.tier.readMetadata());
      disk.texts.set('app.$metadata', spoil(disk.texts.get('app.$metadata') ?? ''));
      const { tier } = await openOn(disk, can);
      for (const key of ['app.a', 'app.b']) expect((await tier.readKey(key)).length).toBe(1);
      expect(sumsOf(await tier.readMetadata())).toEqual(right);
      await tier.apply([changeOf('app.a', active('Task', 'a.2', 1))]);
      expect(sumsOf(await tier.readMetadata())).toEqual(recount(blobsOf(disk)));
      expect(sumsOf(disk.read('app.$metadata') as never)).toEqual(recount(blobsOf(disk)));
    }
  });

  test('[TI9] a call that fails is told as a TierSyncError, and repeating it makes all well', async () => {
    const changes = [changeOf('app.a', active('Task', 'a.1', 1)), changeOf('app.b', deleted('Task', 'b.1', 1))];
    for (const fault of ['before', 'after', 'torn'] as const) {
      for (let call = 1; ; call++) {
        const disk = new TextDisk();
        const { tier, faults } = await openOn(disk, can);
        faults.failAt(call, fault);
        const failure = await tier.apply(changes).then(
          () => null,
          (error: unknown) => error,
        );
        if (failure === null) break;
        expect(failure).toMatchObject({ name: 'TierSyncError', code: 'unavailable' });
        await tier.apply(changes);
        expect(sumsOf(await tier.readMetadata())).toEqual(recount(blobsOf(disk)));
        expect(sumsOf(disk.read('app.$metadata') as never)).toEqual(recount(blobsOf(disk)));
        expect(disk.read('app.$metadata')?.$).toEqual({ format: 1 });
        expect((await tier.readKey('app.a')).length + (await tier.readKey('app.b')).length).toBe(2);
        if (can.flush) expect(faults.calls.some(({ method }) => method === 'flush')).toBe(true);
      }
    }
  });

  test("[TI10] a newer version's blob is refused with its reason, left as it is, and holds up no other", async () => {
    const disk = new TextDisk();
    const newer = JSON.stringify({ $: { format: 99 }, Task: {} });
    disk.texts.set('app.a', newer);
    const { tier, problems } = await openOn(disk, can);
    const results = await tier.apply([
      changeOf('app.a', active('Task', 'a.1', 1)),
      changeOf('app.b', active('Task', 'b.1', 1)),
    ]);
    expect(results).toMatchObject([{ outcome: 'rejected', code: 'upgrade-needed' }, { outcome: 'applied' }]);
    await expect(tier.readKey('app.a')).rejects.toMatchObject({ code: 'upgrade-needed' });
    expect(problems).toMatchObject([{ code: 'upgrade-needed', entityKey: 'app.a' }]);
    expect(disk.texts.get('app.a')).toBe(newer);
  });

  test('[TI11] clear leaves nothing under the prefix and nothing of others is touched', async () => {
    const disk = new TextDisk();
    disk.texts.set('application.a', '{}');
    const { tier } = await openOn(disk, can);
    await tier.apply([changeOf('app.a', active('Task', 'a.1', 1)), changeOf('app.b', active('Task', 'b.1', 1))]);
    await tier.clear();
    expect([...disk.texts.keys()]).toEqual(['application.a']);
    expect(sumsOf(await tier.readMetadata())).toEqual({ hash: 0, keys: {} });
  });
});

test('[TI12] two tiers on one persistence with exclusive, as two processes, lose nothing', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(fc.boolean(), fc.array(changeArb, { maxLength: 4 })), { maxLength: 12 }),
      async (steps) => {
        for (const storeMany of [false, true]) {
          const disk = new TextDisk();
          const can = { ...allAbilities, storeMany };
          const tiers = [(await openOn(disk, can)).tier, (await openOn(disk, can)).tier] as const;
          const model = new Map<string, StoredRecord>();
          const kept = steps.map(
            ([isFirst, changes]) => [isFirst, changes.filter(({ record }) => record !== null)] as const,
          );
          await Promise.all(kept.map(([isFirst, changes]) => tiers[isFirst ? 0 : 1].apply(changes)));
          for (const { entityName, id, record } of kept.flatMap(([, changes]) => changes)) {
            model.set(`${entityName} ${id}`, mergeRecords(model.get(`${entityName} ${id}`), record!)!);
          }
          const expected = recount(blobsOf(disk));
          expect(sumsOf((disk.read('app.$metadata') as never) ?? { hash: 0, entityKeys: {} })).toEqual(expected);
          const { tier, problems } = await openOn(disk, can);
          const found: [string, string][] = [];
          for (const key of ['app.a', 'app.b', 'app.global']) {
            for (const record of await tier.readKey(key))
              found.push([`${record.entityName} ${record.id}`, textOf(record)]);
          }
          expect(new Map(found)).toEqual(new Map([...model].map(([place, record]) => [place, textOf(record)])));
          expect(sumsOf(await tier.readMetadata())).toEqual(expected);
          expect(problems).toEqual([]);
        }
      },
    ),
    { numRuns: 100, seed: 20261120 },
  );
});

test('[TI12] [P6] what another process left unfinished is counted by the next one that writes', async () => {
  const disk = new TextDisk();
  const can = { listKeys: true, exclusive: true };
  const one = await openOn(disk, can);
  const two = await openOn(disk, can);
  one.faults.crashAt(5, 'before');
  void one.tier.apply([changeOf('app.a', active('Task', 'a.1', 1)), changeOf('app.b', active('Task', 'b.1', 1))]);
  await one.faults.crashed;
  await two.tier.apply([changeOf('app.global', active('Task', 'g', 1))]);
  expect(sumsOf(await two.tier.readMetadata())).toEqual(recount(blobsOf(disk)));
  expect(sumsOf(disk.read('app.$metadata') as never)).toEqual(recount(blobsOf(disk)));
  expect(disk.read('app.$metadata')?.$).toEqual({ format: 1 });
});

test('[TI12] when another process cleared everything, nothing of it is in the next index', async () => {
  const disk = new TextDisk();
  const can = { listKeys: true, exclusive: true };
  const one = await openOn(disk, can);
  const two = await openOn(disk, can);
  await one.tier.apply([changeOf('app.a', active('Task', 'a.1', 1))]);
  await two.tier.apply([changeOf('app.b', active('Task', 'b.1', 1))]);
  await one.tier.clear();
  await two.tier.apply([changeOf('app.global', active('Task', 'g', 1))]);
  expect(sumsOf(disk.read('app.$metadata') as never)).toEqual(recount(blobsOf(disk)));
  expect(Object.keys((await two.tier.readMetadata()).entityKeys)).toEqual(['app.global']);
});

test('[TI13] a persistence that shares its objects with everybody is harmless', async () => {
  const store = new QuickStartStore();
  const { tier } = await open(store);
  const record = active('Task', 'a.1', 1, { list: [1, { deep: true }] });
  await tier.apply([changeOf('app.a', record)]);
  const before = sumsOf(await tier.readMetadata());
  // The app changes what it was given and what it gave; the persistence hands out what it was given.
  const loaded = (await store.loadData('app.a')) as unknown as { Task: { [id: string]: { list: unknown[] } } };
  const read = await tier.readKey('app.a');
  loaded.Task['a.1']?.list.push('from outside');
  Reflect.set((await store.loadData('app.$metadata')) as object, 'entityKeys', {});
  expect(read.map(({ text }) => text)).toEqual([record.text]);
  expect(record.value).toMatchObject({ list: [1, { deep: true }] });
  expect(sumsOf(await tier.readMetadata())).toEqual(before);
  for (const copy of await tier.readKey('app.a')) Reflect.set(copy.value as object, 'list', 'overwritten');
  expect(JSON.stringify(await store.loadData('app.a'))).not.toContain('overwritten');
});

test('[TI14] [P6] an index that was lost where nothing lists the keys hides nothing, now and after the next write', async () => {
  for (const lose of [
    (disk: TextDisk): unknown => disk.texts.set('app.$metadata', '17'),
    (disk: TextDisk): unknown => disk.texts.delete('app.$metadata'),
  ]) {
    const disk = new TextDisk();
    const first = await openOn(disk, {});
    await first.tier.apply([changeOf('app.a', active('Task', 'a.1', 1)), changeOf('app.b', active('Task', 'b.1', 1))]);
    expect((await openOn(disk, {})).tier.isComplete).toBe(true);
    lose(disk);
    const second = await openOn(disk, {});
    expect(second.tier.isComplete).toBe(false);
    await second.tier.apply([changeOf('app.a', active('Task', 'a.2', 1))]);
    const third = await openOn(disk, {});
    expect(third.tier.isComplete).toBe(false);
    expect((await third.tier.readKey('app.b')).length).toBe(1);
    // Where the keys can be listed after all, nothing is missing any more.
    expect((await openOn(disk, { listKeys: true })).tier.isComplete).toBe(true);
  }
});
