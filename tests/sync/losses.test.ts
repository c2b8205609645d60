import { MemoryBucket } from 'tiersync';
import { expect, test } from 'vitest';
import { type Device, day, device, fold, start } from './Fleet.ts';

/** Two devices that hold the same: two entities of one key, and one of another. */
async function running(): Promise<{ a: Device; b: Device }> {
  const bucket = new MemoryBucket();
  const [a, b] = [await device(bucket).open(), await device(bucket).open()];
  for (const id of ['g.1', 'g.2', 'h.1']) a.save(id, `first ${id}`);
  await a.flush();
  await b.sync();
  await a.unload();
  return { a, b };
}

async function expectAllAgain(a: Device, b: Device): Promise<void> {
  await a.sync();
  await b.sync();
  expect(Object.keys(await a.all())).toEqual(Object.keys(await b.all()));
  for (const id of ['g.1', 'g.2', 'h.1']) expect(await a.label(id)).toBe(`first ${id}`);
}

test('[LK26] [P1] a loss that was found is made good also where the device went down before the next sync', async () => {
  const { a, b } = await running();
  a.disk.texts.set('app.g', '"rotten"');
  await a.open();
  a.save('g.3', 'written over what was lost');
  await a.flush('local');
  expect(a.problems).toContain('corrupt');
  await a.open();
  await expectAllAgain(a, b);
  expect(await b.label('g.3')).toBe('written over what was lost');
});

test('[LK26] a loss that is found while the device is opened is made good', async () => {
  const { a, b } = await running();
  a.disk.texts.delete('app.g');
  await a.open();
  await expectAllAgain(a, b);
});

test('[LK26] a loss is not looked into again once it was made good', async () => {
  const { a, b } = await running();
  a.disk.texts.set('app.g', '"rotten"');
  await a.open();
  await a.all();
  await expectAllAgain(a, b);
  a.save('h.1', 'first h.1', { more: true });
  await a.flush();
  await a.open();
  expect(a.disk.texts.get('app.$metadata')).not.toContain('lost');
  expect(a.disk.texts.get('app.$sync')).toContain('"remote":{}');
});

test('[P4] [LK26] what was lost and written again while there was no cloud is not taken for new after a year', async () => {
  const bucket = new MemoryBucket();
  const [a, b] = [await device(bucket).open(), await device(bucket).open()];
  for (const id of ['g.1', 'g.2', 'h.1']) a.save(id, `first ${id}`);
  await a.flush();
  await b.sync();
  const { attach } = a;
  await a.unload();
  a.attach = null;
  await a.open();
  await a.all();
  a.disk.texts.set('app.g', '"rotten"');
  a.save('g.2', 'edited');
  await a.flush('local');
  await a.unload();
  b.notes.delete('g.1');
  await b.flush();
  for (const days of [0, 200]) {
    await b.environment.advance(days * day);
    b.save('h.1', `after ${days} days`);
    await b.flush();
    await fold(bucket, start + days * day);
  }
  await a.environment.advance(365 * day);
  a.attach = attach;
  await a.open();
  await a.sync();
  await b.sync();
  expect(Object.keys(await b.all())).toEqual(['Note g.2', 'Note h.1']);
  expect(await a.all()).toEqual(await b.all());
});

test('[P10] [LK26] an edit whose place was lost before it was sent is in conflict with what others made meanwhile', async () => {
  const { a, b } = await running();
  await a.open();
  await a.label('g.1');
  a.save('g.1', 'of a');
  await a.flush('local');
  await b.label('g.1');
  await b.environment.advance(1000);
  b.save('g.1', 'of b, later');
  await b.flush();
  a.disk.texts.set('app.g', '"rotten"');
  for (let round = 0; round < 2; round++) await a.sync();
  expect(await a.label('g.1')).toBe('of b, later');
  expect(a.conflicts).toMatchObject([{ id: 'g.1', local: { label: 'of a' }, remote: { label: 'of b, later' } }]);
});
