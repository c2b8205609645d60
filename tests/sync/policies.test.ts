import { type IConflictResolver, MemoryBucket } from 'tiersync';
import { expect, test } from 'vitest';
import type { ConflictStrategy } from '../../src/interfaces/SyncTypes.ts';
import { type Device, type DeviceOptions, device, type Note } from './Fleet.ts';

interface Sides {
  readonly later: 'a' | 'b';
  readonly ofA?: object | null;
  readonly ofB?: object | null;
}

const first = { label: 'first', color: 'red', size: 1 };

/** Both edit at one time; `b` syncs first, so that `a` decides. */
async function collide(options: DeviceOptions, { later, ofA = { label: 'of a' }, ofB = { label: 'of b' } }: Sides) {
  const bucket = new MemoryBucket();
  const a = await device(bucket, options).open();
  const b = await device(bucket, options).open();
  a.notes.save({ id: 'g.1', ...first });
  await a.flush();
  await b.sync();
  for (const one of [a, b]) await one.label('g.1');
  await (later === 'a' ? a : b).environment.advance(9000);
  await (later === 'a' ? b : a).environment.advance(1000);
  const edit = (one: Device, fields: object | null): void => {
    if (fields === null) one.notes.delete('g.1');
    else one.notes.save({ id: 'g.1', ...first, ...fields });
  };
  edit(a, ofA);
  edit(b, ofB);
  await b.flush();
  await a.flush();
  await b.sync();
  await a.sync();
  const found = await a.all();
  expect(await b.all()).toEqual(found);
  const fresh = await device(bucket, options).open();
  await fresh.pull();
  expect(await fresh.all()).toEqual(found);
  return { a, b, note: found['Note g.1'] as { label: string; color?: string; size?: number } | undefined };
}

const labelUnder: { readonly [strategy in ConflictStrategy]?: { readonly a: string; readonly b: string } } = {
  'last-write-wins': { a: 'of a', b: 'of b' },
  'server-wins': { a: 'of b', b: 'of b' },
  'client-wins': { a: 'of a', b: 'of a' },
  merge: { a: 'of a', b: 'of b' },
};

for (const [conflictStrategy, labels] of Object.entries(labelUnder)) {
  for (const later of ['a', 'b'] as const) {
    test(`[LK9] under ${conflictStrategy}, where ${later} is later, all devices keep the one version and the journal both`, async () => {
      const options = { conflictStrategy: conflictStrategy as ConflictStrategy };
      const { a, b, note } = await collide(options, { later });
      expect(note?.label).toBe(labels[later]);
      expect(a.conflicts).toMatchObject([
        {
          local: { label: 'of a' },
          remote: { label: 'of b' },
          winner: { label: labels[later] },
          strategy: conflictStrategy,
        },
      ]);
      expect(b.conflicts).toEqual([]);
      expect(a.conflictEvents).toHaveLength(1);
    });
  }
}

test('[LK9] merge keeps what each side changed, and the later of what both changed', async () => {
  const { note, a } = await collide(
    { conflictStrategy: 'merge' },
    { later: 'b', ofA: { label: 'of a', color: 'blue' }, ofB: { label: 'of b', size: 2 } },
  );
  expect(note).toMatchObject({ label: 'of b', color: 'blue', size: 2 });
  expect(a.conflicts).toMatchObject([{ winner: { label: 'of b', color: 'blue', size: 2 } }]);
});

test('[LK9] a strategy or a resolver of one name goes before that of all', async () => {
  const conflictResolver: IConflictResolver = { resolve: () => 'remote' };
  const entities = { Note: { conflictResolver } };
  const { note } = await collide({ conflictStrategy: 'client-wins', entities }, { later: 'a' });
  expect(note?.label).toBe('of b');
  const own = await collide(
    { conflictStrategy: 'client-wins', entities: { Note: { conflictStrategy: 'server-wins' } } },
    { later: 'a' },
  );
  expect(own.note?.label).toBe('of b');
});

test('[LK9] a resolver may make a new version, delete, and fail without harm', async () => {
  const resolving = (resolve: IConflictResolver['resolve']): DeviceOptions => ({ conflictResolver: { resolve } });
  const made = await collide(
    resolving(({ local, remote }) => ({ ...remote, label: `${local?.['label']} and ${remote?.['label']}` })),
    { later: 'b' },
  );
  expect(made.note?.label).toBe('of a and of b');
  const deleted = await collide(
    resolving(() => null),
    { later: 'b' },
  );
  expect(deleted.note).toBeUndefined();
  expect(deleted.a.conflicts).toMatchObject([{ winner: null }]);
  const failed = await collide(
    resolving(() => {
      throw new Error('not today');
    }),
    { later: 'b' },
  );
  expect(failed.note?.label).toBe('of b');
  expect(failed.a.conflicts[0]?.reason).toContain('not today');
});

test('[LK10] an edit against a deletion follows the order, and what lost can be restored on either side', async () => {
  const gone = await collide({}, { later: 'b', ofB: null });
  expect(gone.note).toBeUndefined();
  expect(gone.a.conflicts).toMatchObject([{ local: { label: 'of a' }, remote: null, winner: null }]);
  gone.a.conflicts[0]?.restore();
  expect(gone.a.conflicts).toEqual([]);
  await gone.a.flush();
  await gone.b.sync();
  expect(await gone.b.label('g.1')).toBe('of a');

  const kept = await collide({}, { later: 'a', ofB: null });
  expect(kept.note?.label).toBe('of a');
  kept.a.conflicts[0]?.restore();
  await kept.a.flush();
  await kept.b.sync();
  expect(await kept.b.label('g.1')).toBeNull();
});

/** What is stored of an entity, as the app sees it. */
const ownOf = (note: object | undefined): object | undefined => {
  const { id: _id, createdAt: _createdAt, updatedAt: _updatedAt, version: _version, ...own } = note as Note;
  return own;
};

for (const later of ['a', 'b'] as const) {
  test(`[LK13] restore brings back what a merge took from the side that was earlier, where ${later} is later, and nothing else`, async () => {
    const ofA = { label: 'of a', color: 'blue', deep: { x: 'a', y: 0, onlyA: 1 } };
    const ofB = { label: 'of b', size: 2, deep: { x: 'b', y: 0, onlyB: 1 } };
    const { a, b } = await collide({ conflictStrategy: 'merge' }, { later, ofA, ofB });
    const [conflict] = a.conflicts;
    expect(conflict?.lost).toEqual([['deep', 'x'], ['label']]);
    const merged = { color: 'blue', size: 2, extra: 'since' };
    await a.notes.update('g.1', { extra: 'since' });
    await conflict?.restore();
    const [winner, lost] = later === 'a' ? ['a', 'b'] : ['b', 'a'];
    expect(winner).toBe(later);
    const deep = { x: lost, y: 0, onlyA: 1, onlyB: 1 };
    expect(ownOf(a.notes.peek('g.1')!)).toEqual({ ...merged, label: `of ${lost}`, deep });
    expect(a.conflicts).toEqual([]);
    await a.flush();
    await b.sync();
    expect(await b.all()).toEqual(await a.all());
  });
}

test('[LK13] restore under last-write-wins brings back what the one side had changed, and keeps what only the other one did', async () => {
  const { a } = await collide(
    {},
    { later: 'b', ofA: { label: 'of a', color: undefined }, ofB: { label: 'of b', size: 2 } },
  );
  expect(a.conflicts[0]).toMatchObject({ base: first, lost: [['color'], ['label']] });
  await a.notes.update('g.1', { label: 'edited since', extra: 'since' });
  await a.conflicts[0]?.restore();
  expect(ownOf(a.notes.peek('g.1')!)).toEqual({ label: 'of a', size: 2, extra: 'since' });
});

test('[LK13] restore where the version of this device was kept as a new one brings back the other', async () => {
  const { a, note } = await collide({ conflictStrategy: 'client-wins' }, { later: 'b' });
  expect(note?.label).toBe('of a');
  await a.conflicts[0]?.restore();
  expect(await a.label('g.1')).toBe('of b');
});

test('[LK13] where each side changed another field nothing is lost, and restore changes nothing', async () => {
  const { a, note } = await collide(
    { conflictStrategy: 'merge' },
    { later: 'b', ofA: { color: 'blue' }, ofB: { size: 2 } },
  );
  expect(note).toMatchObject({ color: 'blue', size: 2 });
  expect(a.conflicts[0]?.lost).toEqual([]);
  const before = a.notes.peek('g.1');
  await a.conflicts[0]?.restore();
  expect([a.notes.peek('g.1'), a.conflicts]).toEqual([before, []]);
});

test('[LK13] restore waits for an entity that is not in memory, and brings back what is gone since', async () => {
  const { a } = await collide({ conflictStrategy: 'merge' }, { later: 'b', ofA: { label: 'of a', color: 'blue' } });
  await a.open();
  expect(a.notes.peek('g.1')).toBeUndefined();
  await a.settle(a.conflicts[0]!.restore());
  expect(await a.notes.get('g.1')).toMatchObject({ label: 'of a', color: 'blue' });

  const other = (await collide({ conflictStrategy: 'merge' }, { later: 'b', ofA: { label: 'of a', color: 'blue' } })).a;
  other.notes.delete('g.1');
  await other.conflicts[0]?.restore();
  expect(other.notes.peek('g.1')).toMatchObject({ label: 'of a', color: 'blue', size: 1 });
});

test('[LK13] a lost version that a newer app made is not taken for a deletion', async () => {
  const { a, b } = await collide({}, { later: 'a' });
  await a.unload();
  const blob = a.disk.texts.get('app.g') ?? '';
  a.disk.texts.set('app.g', blob.replace('"label":"of b"', '"label":{"$later":"1"}'));
  await a.open();
  expect(a.conflicts[0]).toMatchObject({ local: { label: 'of a' }, remote: null });
  await expect(a.settle(a.conflicts[0]!.restore())).rejects.toMatchObject({ code: 'upgrade-needed' });
  expect([await a.label('g.1'), a.conflicts.length]).toEqual(['of a', 1]);
  await a.sync();
  await b.sync();
  expect(await b.label('g.1')).toBe('of a');
});

test('[LK11] the journal survives a restart, restores from there, and forgets what was dismissed', async () => {
  const { a, b } = await collide({}, { later: 'b' });
  await a.open();
  expect(a.conflicts).toMatchObject([{ local: { label: 'of a' }, remote: { label: 'of b' } }]);
  await a.label('g.1');
  expect(a.notes.syncState('g.1')).toBe('conflicted');
  a.conflicts[0]?.restore();
  await a.flush();
  await b.sync();
  expect(await b.label('g.1')).toBe('of a');
  await a.open();
  expect(a.conflicts).toEqual([]);
});

test('[LK11] the journal keeps the latest hundred', async () => {
  const bucket = new MemoryBucket();
  const a = await device(bucket).open();
  const b = await device(bucket).open();
  const ids = Array.from({ length: 130 }, (_, i) => `g.${i}`);
  a.notes.saveMany(ids.map((id) => ({ id, label: 'first' })));
  await a.flush();
  await b.sync();
  await b.all();
  await b.environment.advance(1000);
  await a.environment.advance(1000);
  a.notes.saveMany(ids.map((id) => ({ id, label: 'of a' })));
  b.notes.saveMany(ids.map((id) => ({ id, label: 'of b' })));
  await b.flush();
  await a.flush();
  expect(a.conflicts).toHaveLength(100);
  expect(a.conflicts.at(-1)?.number).toBe(130);
  await a.open();
  expect(a.conflicts).toHaveLength(100);
});
