import type { EntityKeyData, IPersistence } from 'tiersync';
import { describe, expect, test } from 'vitest';
import type { KeyDraft, PendingRecord } from '../../src/blob/KeyDraft.ts';
import type { TierProblem } from '../../src/interfaces/ITier.ts';
import type { StoredRecord } from '../../src/interfaces/StoredRecord.ts';
import { PersistenceTier } from '../../src/tiers/PersistenceTier.ts';
import type { Fault } from '../support/Faults.ts';
import { FaultyPersistence } from '../support/FaultyPersistence.ts';
import { active, changeOf, deleted } from '../support/records.ts';
import { recount, sumsOf } from '../support/recount.ts';
import { settle } from '../support/TestEnvironment.ts';
import { type DiskAbilities, TextDisk } from '../support/TextDisk.ts';

const key = 'app.a';
const indexKey = 'app.$metadata';

const variants: { readonly [name: string]: DiskAbilities } = {
  'three methods': {},
  'plain persistence': { listKeys: true, setAside: true, exclusive: true, flush: true },
  storeMany: { storeMany: true, listKeys: true },
};

async function open(persistence: IPersistence) {
  const problems: TierProblem[] = [];
  const waiting = new Map<string, readonly PendingRecord[]>();
  const tier = await PersistenceTier.open({
    persistence,
    keyPrefix: 'app.',
    createId: (size) => 'x'.repeat(size),
    onProblem: (problem) => problems.push(problem),
    onWaiting: (draft) => waiting.set(draft.entityKey, draft.pending()),
  });
  return { tier, problems, waiting };
}

const idOf = (i: number): string => `a.${i}`;
const record = (i: number, seconds = 1): StoredRecord =>
  active('Task', idOf(i), seconds, { label: `${i} at ${seconds}` });
const changesOf = (from: number, to: number, seconds = 1) =>
  Array.from({ length: to - from }, (_, i) => changeOf(key, record(from + i, seconds)));

const labels = (records: readonly StoredRecord[]): Map<string, unknown> =>
  new Map(records.map(({ id, value }) => [id, value?.['label'] ?? null]));

const written = (disk: TextDisk, before: ReadonlyMap<string, string>): string[] =>
  [...disk.texts].filter(([name, text]) => before.get(name) !== text).map(([name]) => name);

const isPage = (name: string): boolean => name.startsWith('app.$page/');

describe.each(Object.entries(variants))('over %s', (_, can) => {
  test('[TI30] a small key is one blob, a large one is kept in pages, and both read the same', async () => {
    const disk = new TextDisk();
    const { tier } = await open(disk.open(can));
    await tier.apply(changesOf(0, 256));
    expect([...disk.texts.keys()].sort()).toEqual([indexKey, key]);
    await tier.apply(changesOf(256, 260));
    expect([...disk.texts.keys()].filter(isPage).length).toBeGreaterThan(2);
    expect(labels(await tier.readKey(key))).toEqual(
      labels(changesOf(0, 260).map((change) => change.record as StoredRecord)),
    );
    const again = await open(disk.open(can));
    const records = await again.tier.readKey(key);
    expect(records.length).toBe(260);
    expect(sumsOf(await again.tier.readMetadata())).toEqual(recount([[key, blobOf(records)]]));
    expect(again.problems).toEqual([]);
  });

  test('[TI31] an edit in a large key writes the page that it is in, and nothing else of the key', async () => {
    const disk = new TextDisk();
    const { tier } = await open(disk.open(can));
    await tier.apply(changesOf(0, 2_000));
    const before = new Map(disk.texts);
    await tier.apply([changeOf(key, record(7, 2))]);
    const names = written(disk, before);
    expect(names.filter((name) => name !== indexKey)).toHaveLength(1);
    expect(names.filter(isPage)).toHaveLength(1);
    const page = names.find(isPage) as string;
    expect((disk.texts.get(page) as string).length).toBeLessThan((disk.texts.size * 256 * 300) / 10);
    expect(labels(await tier.readKey(key)).get(idOf(7))).toBe('7 at 2');
    // A page that grows too large becomes more of them, and the ones before are gone.
    const pages = [...disk.texts.keys()].filter(isPage);
    await tier.apply(changesOf(2_000, 12_000));
    expect([...disk.texts.keys()].filter((name) => pages.includes(name))).toEqual([]);
    expect((await tier.readKey(key)).length).toBe(12_000);
  });

  test('[TI32] a large blob of before is read, and becomes pages with the next write', async () => {
    const disk = new TextDisk();
    disk.texts.set(
      key,
      JSON.stringify({ ...blobOf(changesOf(0, 400).map((change) => change.record as StoredRecord)), Odd: 5 }),
    );
    const { tier } = await open(disk.open(can));
    expect((await tier.readKey(key)).length).toBe(400);
    expect([...disk.texts.keys()].filter(isPage)).toEqual([]);
    await tier.apply([changeOf(key, deleted('Task', idOf(3), 5))]);
    expect([...disk.texts.keys()].filter(isPage).length).toBeGreaterThan(2);
    expect(disk.read(key)).toMatchObject({ Odd: 5, $: { format: 2 } });
    const again = await open(disk.open(can));
    const found = labels(await again.tier.readKey(key));
    expect(found.size).toBe(400);
    expect(found.get(idOf(3))).toBe(null);
  });

  test('[TI33] what waits stands in the page of its record, and is found without reading the others', async () => {
    const disk = new TextDisk();
    const { tier } = await open(disk.open(can));
    await tier.apply(changesOf(0, 1_000));
    const entry = { base: null, sent: [], order: 1, at: 1, rejected: null };
    const conflict = {
      number: 1,
      at: 1,
      entityName: 'Task',
      id: idOf(5),
      strategy: 'merge' as const,
      reason: 'r',
      local: null,
      remote: null,
      winner: null,
    };
    const note = (draft: KeyDraft): void => {
      draft.setEntry('Task', idOf(5), entry);
      draft.noteConflict(conflict);
    };
    await tier.apply([changeOf(key, record(5, 2))], (draft, change) => {
      draft.put(change.record as StoredRecord);
      note(draft);
      return { outcome: 'applied' };
    });
    const persistence = new FaultyPersistence(disk.open(can));
    const again = await open(persistence);
    const reads = persistence.faults.count('loadData');
    await again.tier.readWaiting();
    expect(again.waiting.get(key)?.map(({ id, record: held }) => [id, held?.value?.['label']])).toEqual([
      [idOf(5), '5 at 2'],
    ]);
    expect(persistence.faults.count('loadData') - reads).toBe(2);
    let conflicts = 0;
    await again.tier.revise(
      new Map([
        [
          key,
          (draft: KeyDraft) => {
            conflicts = draft.conflicts().length;
            draft.setEntry('Task', idOf(5), null);
            draft.dropConflicts(({ number }) => number === 1);
          },
        ],
      ]),
      'waiting',
    );
    expect(conflicts).toBe(1);
    expect([...disk.texts.values()].join()).not.toMatch(/outbox|conflicts|waiting/);
    expect(again.waiting.get(key)).toEqual([]);
  });

  test('[TI34] [P6] a page that is gone or rotten is told of as its key, and the others stay', async () => {
    for (const spoil of ['gone', 'rotten']) {
      const disk = new TextDisk();
      await (await open(disk.open(can))).tier.apply(changesOf(0, 400));
      const page = [...disk.texts.keys()].find(isPage) as string;
      if (spoil === 'gone') disk.texts.delete(page);
      else disk.texts.set(page, '"rotten"');
      const { tier, problems } = await open(disk.open(can));
      const left = (await tier.readKey(key)).length;
      expect(left).toBeGreaterThan(200);
      expect(left).toBeLessThan(400);
      expect(problems.map(({ entityKey }) => entityKey)).toContain(key);
      await tier.apply(changesOf(0, 400, 2));
      const again = await open(disk.open(can));
      expect((await again.tier.readKey(key)).length).toBe(400);
      expect(again.problems).toEqual([]);
      expect(sumsOf(await again.tier.readMetadata())).toEqual(recount([[key, blobOf(await again.tier.readKey(key))]]));
    }
  });

  test('[TI11] clear takes the pages too', async () => {
    const disk = new TextDisk();
    const { tier } = await open(disk.open(can));
    await tier.apply(changesOf(0, 400));
    disk.texts.set('other.a', '{}');
    await tier.clear();
    expect([...disk.texts.keys()]).toEqual(['other.a']);
  });

  test('[TI35] [P2] a crash at any call between pages loses nothing that was confirmed', async () => {
    const steps: ((tier: PersistenceTier) => Promise<unknown>)[] = [
      (tier) => tier.apply(changesOf(250, 262)),
      (tier) => tier.apply([changeOf(key, record(1, 2)), changeOf(key, record(200, 2))]),
      (tier) => tier.apply(changesOf(300, 2_400)),
    ];
    for (const [number, step] of steps.entries()) {
      const play = async (fault: Fault | null, call: number): Promise<number> => {
        const disk = new TextDisk();
        const first = (await open(disk.open(can))).tier;
        await first.apply(changesOf(0, 250));
        for (const earlier of steps.slice(0, number)) await earlier(first);
        const confirmed = labels(await first.readKey(key));
        const persistence = new FaultyPersistence(disk.open(can));
        const { tier } = await open(persistence);
        const calls = persistence.faults.calls.length;
        if (fault !== null) persistence.faults.crashAt(call, fault);
        await Promise.race([step(tier), persistence.faults.crashed.then(settle)]);
        const again = await open(disk.open(can));
        const records = await again.tier.readKey(key);
        const found = labels(records);
        for (const [id, label] of confirmed) {
          const isKept = found.get(id) === label || String(found.get(id)).endsWith('at 2');
          expect(isKept, `${fault} call ${call} of step ${number}: ${id} is ${String(found.get(id))}`).toBe(true);
        }
        expect(sumsOf(await again.tier.readMetadata())).toEqual(recount([[key, blobOf(records)]]));
        expect(again.problems).toEqual([]);
        return persistence.faults.calls.length - calls;
      };
      const calls = await play(null, 0);
      for (let call = 1; call <= calls; call += calls > 40 ? 7 : 1) {
        for (const fault of ['before', 'after', 'lost'] satisfies Fault[]) await play(fault, call);
      }
    }
  });

  test('[TI40] changes of one key are all there or none after a crash at any call, also in several pages', async () => {
    const together = [3, 50, 120, 333].map((i) => changeOf(key, record(i, 2)));
    const later = [50, 200].map((i) => changeOf(key, record(i, 3)));
    const play = async (fault: Fault | null, call: number): Promise<number> => {
      const disk = new TextDisk();
      await (await open(disk.open(can))).tier.apply(changesOf(0, 400));
      const persistence = new FaultyPersistence(disk.open(can));
      const { tier } = await open(persistence);
      const calls = persistence.faults.calls.length;
      if (fault !== null) persistence.faults.crashAt(call, fault);
      await Promise.race([tier.apply(together), persistence.faults.crashed.then(settle)]);
      const read = async () => {
        const again = await open(disk.open(can));
        const records = await again.tier.readKey(key);
        expect(sumsOf(await again.tier.readMetadata())).toEqual(recount([[key, blobOf(records)]]));
        expect(again.problems).toEqual([]);
        expect(records).toHaveLength(400);
        return { ...again, found: labels(records) };
      };
      const { tier: second, found } = await read();
      const there = together.filter(({ id }) => String(found.get(id)).endsWith('at 2'));
      expect([0, together.length], `${fault} call ${call}`).toContain(there.length);
      // What a crash left in the middle is tidied up by whatever is written next.
      await second.apply(later);
      const after = (await read()).found;
      for (const { id } of later) expect(after.get(id)).toBe(`${id.slice(2)} at 3`);
      for (const { id } of together.filter(({ id }) => id !== idOf(50))) expect(after.get(id)).toBe(found.get(id));
      expect(disk.texts.get(key)).not.toContain('writing');
      return persistence.faults.calls.length - calls;
    };
    const calls = await play(null, 0);
    for (let call = 1; call <= calls; call++) {
      for (const fault of ['before', 'after', 'lost'] satisfies Fault[]) await play(fault, call);
    }
  });
});

function blobOf(records: readonly StoredRecord[]): EntityKeyData {
  const of = (isDeleted: boolean) => records.filter((one) => one.isDeleted === isDeleted);
  return {
    $: { format: 1 },
    Task: Object.fromEntries(of(false).map(({ id, value }) => [id, value])),
    deleted: { Task: Object.fromEntries(of(true).map(({ id, time }) => [id, time])) },
  } as unknown as EntityKeyData;
}
