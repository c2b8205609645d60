import { type IBucket, MemoryBucket } from 'tiersync';
import { gc, history, restore, verify } from 'tiersync/maintenance';
import { expect, test } from 'vitest';
import { kept } from '../adversarial/support.ts';
import { everything, gone, namesIn, peerOn, push, rot, task } from '../tiers/bucket/support.ts';
import { environment } from './support.ts';

/** Two entities; one edited and one deleted; one new: three moments. */
async function withPast(): Promise<IBucket> {
  const bucket = kept(new MemoryBucket());
  const { tier } = peerOn(bucket, { tailCommits: 1 });
  for (const changes of [
    [task('a.1', 1, { title: 'one' }), task('b.1', 1, { title: 'two' })],
    [task('a.1', 2, { title: 'edited' }), gone('b.1', 2)],
    [task('c.1', 3, { title: 'new' })],
  ]) {
    await push(tier, ...changes);
    await tier.maintain();
  }
  return bucket;
}

test('[MT30] the moments that can be restored are listed with their times, oldest first', async () => {
  const points = await history({ prefix: 'app', cloud: await withPast() });
  expect(points.map(({ checkpoint }) => checkpoint)).toEqual([1, 2, 3]);
  for (const { at } of points) expect(at).toEqual(new Date('2026-05-17T12:00:00.000Z'));
  expect(await history({ prefix: 'app', cloud: new MemoryBucket() })).toEqual([]);
});

test('[MT31] what was there then is there again, as edits of now that a later call can take back', async () => {
  const cloud = await withPast();
  const place = { prefix: 'app', cloud };
  const device = peerOn(cloud).tier;
  const { cursor } = await device.changesSince(null);
  expect(await restore(place, 1, { environment })).toEqual({ restored: 2, deleted: 1 });
  expect(await everything(peerOn(cloud).tier)).toEqual({ 'a.1': 'one', 'b.1': 'two' });
  const { reach, changes } = await device.changesSince(cursor);
  expect(reach).toBe('since');
  for (const { record } of changes) expect(record?.stamp).toBeGreaterThanOrEqual(environment.now());
  expect(await restore(place, 3, { environment })).toEqual({ restored: 2, deleted: 1 });
  expect(await everything(peerOn(cloud).tier)).toEqual({ 'a.1': 'edited', 'c.1': 'new' });
  expect((await verify(place)).faults).toEqual([]);
});

test('[MT32] a moment that is not kept, or not whole any more, is refused and nothing is written', async () => {
  const cloud = await withPast();
  const place = { prefix: 'app', cloud };
  await expect(restore(place, 9)).rejects.toThrow('No checkpoint 9 is kept. Choose one of history(): 1, 2, 3');
  await rot(cloud as MemoryBucket, (await namesIn(cloud, 'app/data/app.a@1-'))[0] as string);
  const before = await namesIn(cloud);
  await expect(restore(place, 1)).rejects.toMatchObject({ code: 'corrupt' });
  expect(await namesIn(cloud)).toEqual(before);
  expect(await everything(peerOn(cloud).tier)).toEqual({ 'a.1': 'edited', 'c.1': 'new' });
  await expect(history({ prefix: 'app', local: cloud } as never)).rejects.toThrow(TypeError);
});

test('[MT33] what devices left behind is removed, and nothing that anybody can reach', async () => {
  const cloud = await withPast();
  const kept = await namesIn(cloud);
  for (const name of ['app/data/app.a@1-zzz', 'app/index/2-zzz']) await cloud.put(name, new Uint8Array(10));
  await cloud.put('app/notes.txt', new Uint8Array(1));
  expect(await gc({ prefix: 'app', cloud })).toEqual({ count: 2, bytes: 20 });
  expect(await namesIn(cloud)).toEqual([...kept, 'app/notes.txt'].sort());
  expect(await gc({ prefix: 'app', cloud })).toEqual({ count: 0, bytes: 0 });
});
