import { RetentionPriority } from 'tiersync';
import { describe, expect, test } from 'vitest';
import { FaultyPersistence } from '../support/FaultyPersistence.ts';
import { TextDisk } from '../support/TextDisk.ts';
import { media } from './media.ts';
import { letters, Shelf } from './Shelf.ts';

const hour = 3_600_000;

describe.each(Object.entries(media))('over %s', (_, medium) => {
  test('[RT13] what is over in a key that nobody opens goes at its time, and comes into no memory', async () => {
    const shelf = new Shelf();
    const open = medium();
    const first = await shelf.open(open());
    const later = (ms: number): Date => new Date(first.environment.now() + ms);
    const [soon, stays, late] = first.items.saveMany([
      { shelf: 's', text: 'soon', expiresAt: later(hour) },
      { shelf: 's', text: 'stays' },
      { shelf: 's', text: 'late', expiresAt: later(2 * hour) },
    ]) as [string, string, string];
    await first.data.sync.push();
    await first.data.unload();
    const { data, items, environment } = await shelf.open(open());
    const count = async (): Promise<number | undefined> => (await data.storage()).byKey['app.s']?.entities;
    await environment.advance(hour - 1_000);
    expect(await count()).toBe(3);
    await environment.advance(3_000);
    expect(await count()).toBe(2);
    await environment.advance(hour);
    expect(await count()).toBe(1);
    expect([soon, stays, late].map((id) => items.peek(id))).toEqual([undefined, undefined, undefined]);
    await data.sync.push();
    const other = await shelf.open(new TextDisk().open());
    expect((await other.items.getAll()).map(({ text }) => text)).toEqual(['stays']);
    expect((await items.getAll()).map(({ text }) => text)).toEqual(['stays']);
  });
});

/** Closed, with a record that is over in an hour, in a key that nobody will open. */
async function closed(options: object = {}) {
  const shelf = new Shelf();
  const disk = new TextDisk();
  const first = await shelf.open(disk.open({ listKeys: true }), options);
  const expiresAt = new Date(first.environment.now() + hour);
  const id = first.items.save({ shelf: 's', text: letters(900), expiresAt });
  await first.data.sync.push();
  await first.data.unload();
  const isThere = (): boolean => Object.keys(Object(disk.read('app.s')?.['Item'])).length > 0;
  return { shelf, disk, id, isThere, expiresAt };
}

test('[RT13] a device that was away finds at its start what is over since, reads that key alone, and only once', async () => {
  const { shelf, disk, isThere } = await closed();
  const local = new FaultyPersistence(disk.open({ listKeys: true }));
  await shelf.time.advance(2 * hour);
  const { environment } = await shelf.open(local);
  expect(local.faults.calls.filter(({ key }) => key === 'app.s')).toEqual([]);
  await environment.advance(2_000);
  expect(isThere()).toBe(false);
  const count = local.faults.calls.length;
  await environment.advance(24 * hour);
  expect(local.faults.calls).toHaveLength(count);
});

test('[RT13] an edit of it that was not seen wins', async () => {
  const { shelf, disk, id, expiresAt } = await closed();
  const { data, items, environment } = await shelf.open(disk.open({ listKeys: true }));
  const other = await shelf.open(new TextDisk().open());
  await other.items.update(id, { text: 'longer', expiresAt: new Date(expiresAt.getTime() + hour) });
  await environment.advance(hour + 2_000);
  await data.sync.push();
  await other.data.sync.push();
  await data.sync.pull();
  expect((await items.get(id))?.text).toBe('longer');
  expect((await other.items.get(id))?.text).toBe('longer');
});

test('[RT13] what is in the cloud only is over there at its time too', async () => {
  const { shelf, disk, id } = await closed({ quota: { maxBytes: 500 } });
  const { data, items, environment, evicted } = await shelf.open(disk.open({ listKeys: true }));
  expect(evicted).toEqual([]);
  expect((await data.storage()).evicted).toBe(1);
  await environment.advance(hour + 2_000);
  expect((await data.storage()).evicted).toBe(0);
  await data.sync.push();
  const other = await shelf.open(new TextDisk().open());
  expect(await other.items.get(id)).toBe(null);
  expect(await items.get(id)).toBe(null);
});

test('[RT13] a disk that says no is asked again, and an unloaded app waits for nothing', async () => {
  const { shelf, disk, isThere } = await closed();
  const local = new FaultyPersistence(disk.open({ listKeys: true }));
  const { data, environment } = await shelf.open(local);
  await environment.advance(hour - 1_000);
  local.faults.failAt(1, 'before');
  await environment.advance(2_500);
  expect(isThere()).toBe(true);
  await environment.advance(61_000);
  expect(isThere()).toBe(false);
  await data.unload();
  expect(environment.timers).toBe(0);
  const again = await closed();
  const waiting = await again.shelf.open(again.disk.open({ listKeys: true }));
  await waiting.data.unload();
  expect(waiting.environment.timers).toBe(0);
});

test('[RT13] a clock that is not known yet ends nothing', async () => {
  const { shelf, disk, isThere } = await closed();
  const { data, environment } = await shelf.open(disk.open({ listKeys: true }));
  const { cloud } = shelf;
  const get = cloud.get.bind(cloud);
  let answer = (): void => {};
  cloud.get = async (...given) => {
    await new Promise<void>((resolve) => {
      answer = resolve;
    });
    return get(...given);
  };
  const pulling = data.sync.pull();
  await environment.advance(2 * hour);
  expect(isThere()).toBe(true);
  cloud.get = get;
  answer();
  await pulling;
  await environment.advance(62_000);
  expect(isThere()).toBe(false);
});

test('[RT1] what is critical is not even looked at twice', async () => {
  const { data, items, evicted } = await new Shelf().open(new TextDisk().open(), { quota: { maxBytes: 500 } });
  items.save({ shelf: 's', text: letters(900), retentionPriority: RetentionPriority.CRITICAL });
  await data.sync.push();
  await data.sync.pull();
  expect(evicted).toEqual([]);
});
