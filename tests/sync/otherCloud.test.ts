import { MemoryBucket } from 'tiersync';
import { expect, test } from 'vitest';
import { FaultyBucket } from '../support/FaultyBucket.ts';
import { Device, device } from './Fleet.ts';

const move = (one: Device, bucket: MemoryBucket | null, startOver = false): Promise<void> =>
  one.settle(one.data.setCloud(bucket && new FaultyBucket(bucket, one.faults), { autoStart: false, startOver }));

test('[LK12] a device that moves to another bucket takes everything with it, what waits too', async () => {
  const [first, second] = [new MemoryBucket(), new MemoryBucket()];
  const a = await device(first).open();
  a.save('g.1', 'sent to the first');
  a.save('g.2', 'deleted later');
  await a.flush();
  a.save('g.1', 'edited while it moves');
  a.notes.delete('g.2');
  a.save('h.1', 'made while it moves');
  await a.flush('local');
  await move(a, second, true);
  await a.flush();
  const b = await device(second).open();
  b.save('k.1', 'of the second');
  await b.sync();
  await a.sync();
  expect(await b.all()).toEqual(await a.all());
  expect([await b.label('g.1'), await b.label('g.2')]).toEqual(['edited while it moves', null]);
  expect(Object.keys(await b.all())).toEqual(['Note g.1', 'Note h.1', 'Note k.1']);
  expect(a.conflicts).toEqual([]);
});

test('[LK12] what was edited while there was no cloud waits, over a restart too, and meets what others did meanwhile', async () => {
  const bucket = new MemoryBucket();
  const a = await device(bucket).open();
  const b = await device(bucket).open();
  a.save('g.1', 'first');
  await a.flush();
  await b.sync();
  await b.label('g.1');
  await move(a, null);
  expect(a.reason).toBe('no-cloud');
  a.attach = null;
  await a.unload();
  await a.open();
  await a.label('g.1');
  await a.environment.advance(1000);
  a.save('g.1', 'without a cloud');
  a.save('h.1', 'made without a cloud');
  await a.flush('local');
  b.save('g.1', 'of b, meanwhile');
  await b.flush();
  await a.unload();
  await a.open();
  await move(a, bucket);
  await a.sync();
  await b.sync();
  expect(await b.all()).toEqual(await a.all());
  expect(await b.label('g.1')).toBe('without a cloud');
  expect(a.conflicts).toMatchObject([{ local: { label: 'without a cloud' }, remote: { label: 'of b, meanwhile' } }]);
});

test('[LK12] data that never had a cloud is uploaded to the first one, and met with what is there', async () => {
  const bucket = new MemoryBucket();
  const b = await device(bucket).open();
  b.save('g.1', 'of b');
  b.save('g.2', 'of b too');
  await b.flush();
  const a = await new Device(null).open();
  await a.environment.advance(1000);
  a.save('g.1', 'of a, later');
  a.save('h.1', 'of a');
  await a.flush('local');
  await move(a, bucket);
  await a.sync();
  await b.sync();
  expect(await b.all()).toEqual(await a.all());
  expect(Object.keys(await b.all())).toEqual(['Note g.1', 'Note g.2', 'Note h.1']);
  expect(await b.label('g.1')).toBe('of a, later');
});

test('[LK12] an empty bucket in the place of the one it knew is refused until somebody says startOver', async () => {
  const [first, second] = [new MemoryBucket(), new MemoryBucket()];
  const a = await device(first).open();
  a.save('g.1', 'first');
  await a.flush();
  await move(a, second);
  await expect(a.pull()).rejects.toMatchObject({ code: 'cloud-unreadable' });
  await move(a, first);
  await a.sync();
  expect(await a.label('g.1')).toBe('first');
  expect(a.pending).toBe(0);
});

test('[LK12] a deletion goes along to a bucket whose latest changes still hold what was deleted', async () => {
  const [first, second] = [new MemoryBucket(), new MemoryBucket()];
  const a = await device(first).open();
  const b = await device(first).open();
  a.save('g.1', 'first');
  await a.flush();
  await b.sync();
  await move(a, second, true);
  await a.sync();
  await b.environment.advance(1000);
  b.notes.delete('g.1');
  await b.flush();
  await move(b, second, true);
  await b.sync();
  await a.sync();
  const fresh = await device(second).open();
  await fresh.sync();
  expect(await Promise.all([a, b, fresh].map((one) => one.all()))).toEqual([{}, {}, {}]);
});

test('[LK12] a deletion goes along to a bucket although what was deleted comes there after it', async () => {
  const [first, second] = [new MemoryBucket(), new MemoryBucket()];
  const a = await device(first).open();
  const b = await device(first).open();
  a.save('g.1', 'first');
  a.save('h.1', 'stays');
  await a.flush();
  await b.sync();
  await b.environment.advance(1000);
  b.notes.delete('g.1');
  await b.flush();
  await move(b, second, true);
  await b.sync();
  await move(a, second, true);
  await a.sync();
  await b.sync();
  await a.sync();
  const fresh = await device(second).open();
  await fresh.sync();
  const all = await Promise.all([a, b, fresh].map((one) => one.all()));
  expect(all.map((one) => Object.keys(one))).toEqual([['Note h.1'], ['Note h.1'], ['Note h.1']]);
  expect([a.pending, b.pending]).toEqual([0, 0]);
});

/** Two devices that came to agree in one bucket. Each may go to another one, and only says so once. */
async function agreeing(...ids: string[]): Promise<{ a: Device; b: Device; second: MemoryBucket; go: typeof move }> {
  const [first, second] = [new MemoryBucket(), new MemoryBucket()];
  const [a, b] = [await device(first).open(), await device(first).open()];
  for (const id of ids) a.save(id, 'first');
  await a.flush();
  await b.sync();
  await b.all();
  return { a, b, second, go: (one) => move(one, second, true) };
}

for (const ids of [
  ['g.1', 'h.1'],
  ['g.1', 'g.2'],
]) {
  test(`[LK12] a deletion goes along to a bucket although who made it is gone before the others come: ${ids}`, async () => {
    const { a, b, second, go } = await agreeing(...ids);
    await a.environment.advance(1000);
    a.notes.delete('g.1');
    await a.flush();
    await go(a, second);
    await a.sync();
    expect(a.pending).toBe(0);
    // It is not there any more, and b has never heard of the deletion.
    await go(b, second);
    await b.sync();
    const fresh = await device(second).open();
    await fresh.sync();
    const all = await Promise.all([b, fresh].map((one) => one.all()));
    expect(all.map((one) => Object.keys(one))).toEqual([[`Note ${ids[1]}`], [`Note ${ids[1]}`]]);
    expect([b.pending, b.rejected, b.conflicts]).toEqual([0, [], []]);
  });
}

for (const later of ['a', 'b'] as const) {
  test(`[LK14] two versions that two clouds had confirmed meet in one of them: they are in conflict, where ${later} is later`, async () => {
    const { a, b, second, go } = await agreeing('g.1', 'g.2');
    await go(b, second);
    await b.sync();
    await (later === 'a' ? a : b).environment.advance(9000);
    await (later === 'a' ? b : a).environment.advance(1000);
    for (const [one, label] of [
      [a, 'of a'],
      [b, 'of b'],
    ] as const) {
      one.save('g.1', label);
      await one.flush();
    }
    await go(a, second);
    await a.sync();
    await b.sync();
    expect(await a.all()).toEqual(await b.all());
    expect(await b.label('g.1')).toBe(`of ${later}`);
    expect(a.conflicts).toMatchObject([
      { base: undefined, local: { label: 'of a' }, remote: { label: 'of b' }, winner: { label: `of ${later}` } },
    ]);
    expect([a.conflictEvents.length, a.pending, b.conflicts]).toEqual([1, 0, []]);
    await a.conflicts[0]?.restore();
    await a.flush();
    await b.sync();
    expect(await b.label('g.1')).toBe(later === 'a' ? 'of b' : 'of a');
  });
}

test('[LK14] so is an edit that did not know of a deletion which another cloud had confirmed', async () => {
  const { a, b, second, go } = await agreeing('g.1', 'g.2');
  await go(b, second);
  await b.sync();
  a.notes.delete('g.1');
  await a.flush();
  await b.environment.advance(1000);
  b.save('g.1', 'of b');
  await b.flush();
  await go(a, second);
  await a.sync();
  expect(await a.all()).toEqual(await b.all());
  expect(a.conflicts).toMatchObject([
    { local: null, remote: { label: 'of b' }, winner: { label: 'of b' }, lost: [[]] },
  ]);
});

test('[LK14] an edit on top of one that another cloud had confirmed meets what it did not know of', async () => {
  const { a, b, second, go } = await agreeing('g.1');
  await go(b, second);
  await b.sync();
  b.save('g.1', 'of b');
  await b.flush();
  await a.environment.advance(1000);
  a.save('g.1', 'of a');
  await a.flush();
  a.save('g.1', 'of a, on top');
  await go(a, second);
  await a.sync();
  await b.sync();
  expect(await b.label('g.1')).toBe('of a, on top');
  expect(a.conflicts).toMatchObject([{ local: { label: 'of a, on top' }, remote: { label: 'of b' } }]);
});

test('[LK14] who comes later with what others have gone on from is in no conflict', async () => {
  const { a, b, second, go } = await agreeing('g.1', 'g.2', 'g.3', 'g.4');
  await go(b, second);
  await b.sync();
  await b.environment.advance(1000);
  b.save('g.1', 'edited');
  b.notes.delete('g.2');
  b.notes.delete('g.3');
  await b.flush();
  b.save('g.3', 'created anew');
  await b.flush();
  await go(a, second);
  await a.sync();
  expect(await a.all()).toEqual(await b.all());
  expect([a.conflicts, a.pending, Object.keys(await a.all())]).toEqual([[], 0, ['Note g.1', 'Note g.3', 'Note g.4']]);
});

/** The other device has seen the edit of `a`, or has not and edits twice; it ends with the same version either way. */
async function later({ hasSeen }: { readonly hasSeen: boolean }) {
  const { a, b, second, go } = await agreeing('g.1');
  await a.environment.advance(1000);
  a.save('g.1', 'of a');
  await a.flush();
  if (hasSeen) await b.sync();
  await b.environment.advance(5000);
  if (hasSeen) await b.label('g.1');
  await go(b, second);
  await b.sync();
  if (!hasSeen) b.save('g.1', 'of b, once');
  await b.flush();
  await b.environment.advance(5000);
  b.save('g.1', 'of b');
  await b.flush();
  const before = { here: a.disk.texts.get('app.g'), there: (await b.all())['Note g.1'] };
  await go(a, second);
  await a.sync();
  return { before, after: await a.all(), conflicts: a.conflicts };
}

test('[LK14] what nothing tells apart is taken for an edit of what is here: a later version that counts more edits', async () => {
  const [known, unknown] = [await later({ hasSeen: true }), await later({ hasSeen: false })];
  // Whatever a device could go by is the same.
  expect(unknown.before).toEqual(known.before);
  expect([known.conflicts, unknown.conflicts]).toEqual([[], []]);
  expect(unknown.after).toEqual(known.after);
});
