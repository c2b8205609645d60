import { MemoryBucket } from 'tiersync';
import { describe, expect, test } from 'vitest';
import { restoreTo } from '../../../src/tiers/bucket/restoreTo.ts';
import { FaultyBucket } from '../../support/FaultyBucket.ts';
import { dayMs, everything, gone, namesIn, peerOn, push, task } from './support.ts';

const each = { tailCommits: 1 };

/** Three checkpoints: two entities; one edited, one deleted; one new. */
async function threeCheckpoints() {
  const inner = new MemoryBucket();
  const peer = peerOn(inner, each);
  const { tier } = peer;
  await push(tier, task('a.1', 1, { title: 'one' }), task('b.1', 1, { title: 'two' }));
  await tier.maintain();
  await push(tier, task('a.1', 2, { title: 'edited' }), gone('b.1', 2));
  await tier.maintain();
  await push(tier, task('c.1', 3, { title: 'new' }));
  await tier.maintain();
  return { ...peer, inner };
}

describe('the history', () => {
  test('[SB20] lists the checkpoints that are kept, and each can be read', async () => {
    const { tier, environment } = await threeCheckpoints();
    expect((await tier.history()).map(({ seq }) => seq)).toEqual([1, 2, 3]);
    const titles = async (seq: number) =>
      (await tier.readAt(seq)).map(({ id, record }) => `${id} ${record?.value?.['title'] ?? 'deleted'}`).sort();
    expect(await titles(1)).toEqual(['a.1 one', 'b.1 two']);
    expect(await titles(2)).toEqual(['a.1 edited', 'b.1 deleted']);
    expect(await titles(3)).toEqual(['a.1 edited', 'b.1 deleted', 'c.1 new']);
    await expect(tier.readAt(9)).rejects.toThrow(TypeError);
    await environment.advance(8 * dayMs);
    await push(tier, task('c.1', 4));
    await tier.maintain();
    expect((await tier.history()).map(({ seq }) => seq)).toEqual([3, 4]);
    await expect(tier.readAt(1)).rejects.toThrow('3, 4');
  });

  test('[SB20] of a bucket without a checkpoint is empty', async () => {
    const { tier } = peerOn(new MemoryBucket());
    expect(await tier.history()).toEqual([]);
    await push(tier, task('a.1', 1));
    expect(await tier.history()).toEqual([]);
  });

  test('[SB20] restoring writes the old contents as a new commit with new stamps, which others take like any edit', async () => {
    const { tier, inner } = await threeCheckpoints();
    const other = peerOn(inner).tier;
    const { cursor } = await other.changesSince(null);
    const now = Date.parse('2026-05-20T00:00:00.000Z');
    expect(await restoreTo(tier, 1, now)).toEqual({ restored: 2, deleted: 1 });
    expect(await everything(other)).toEqual({ 'a.1': 'one', 'b.1': 'two' });
    const look = await other.changesSince(cursor);
    expect([look.reach, look.changes.length, look.cursor?.seq]).toEqual(['since', 3, 4]);
    for (const { record } of look.changes) expect(record?.stamp).toBeGreaterThanOrEqual(now);
    const again = look.changes.find(({ id }) => id === 'a.1')?.record?.value;
    expect(again).toMatchObject({ createdAt: '2026-05-17T12:00:00.000Z', version: 2 });
    expect(await restoreTo(tier, 1, now)).toEqual({ restored: 0, deleted: 0 });
    await restoreTo(tier, 3, 0);
    expect(await everything(other)).toEqual({ 'a.1': 'edited', 'c.1': 'new' });
  });

  test('[SB20] what is restored comes after every deletion that was forgotten', async () => {
    const inner = new MemoryBucket();
    const { tier, environment } = peerOn(inner, { ...each, tombstoneRetentionMs: 1000 });
    await push(tier, task('a.1', 1, { title: 'one' }));
    await tier.maintain();
    await push(tier, gone('a.1', 900));
    await tier.maintain();
    await environment.advance(2000);
    await push(tier, task('b.1', 2));
    await tier.maintain();
    const { cursor, horizon } = await tier.changesSince(null);
    expect(horizon.stamp).toBe(Date.parse('2026-05-17T12:15:00.000Z'));
    expect(await restoreTo(tier, 1, 0)).toEqual({ restored: 1, deleted: 1 });
    const { changes } = await tier.changesSince(cursor);
    expect(changes.map(({ record }) => (record?.stamp ?? 0) > horizon.stamp)).toEqual([true, true]);
  });

  test('[SB20] restoring decides anew when others write meanwhile', async () => {
    const { inner } = await threeCheckpoints();
    const faulty = new FaultyBucket(inner);
    const a = peerOn(faulty);
    const b = peerOn(inner);
    let races = 1;
    faulty.faults.gate = ({ method }) =>
      method === 'put' && races-- > 0 ? push(b.tier, task('d.1', 9, { title: 'late' })).then(() => {}) : undefined;
    expect(await restoreTo(a.tier, 1, 0)).toEqual({ restored: 2, deleted: 2 });
    expect(await everything(b.tier)).toEqual({ 'a.1': 'one', 'b.1': 'two' });
  });
});

describe('garbage', () => {
  test('[SB19] of devices that ended or lost is removed, and everything else stays', async () => {
    const { tier, inner } = await threeCheckpoints();
    const kept = await namesIn(inner);
    const bytes = new Uint8Array(10);
    const garbage = ['app/data/app.a@1-zzz', 'app/index/2-zzz', 'app/changes/1-zzz'];
    const others = [
      'app/data/app.a@3-zzz',
      'app/index/4-zzz',
      'app/changes/7-zzz',
      'app/notes.txt',
      'app/probe/x',
      'apple/x',
    ];
    for (const name of [...garbage, ...others]) await inner.put(name, bytes);
    expect(await tier.collectGarbage()).toEqual({ count: 3, bytes: 30 });
    expect(await namesIn(inner, '')).toEqual([...kept, ...others].sort());
    expect((await tier.history()).map(({ seq }) => seq)).toEqual([1, 2, 3]);
    for (const seq of [1, 2, 3]) await tier.readAt(seq);
    expect(await tier.collectGarbage()).toEqual({ count: 0, bytes: 0 });
  });

  test('[SB19] is no object that the tail names', async () => {
    const inner = new MemoryBucket();
    const { tier } = peerOn(inner, { ...each, inlineBytes: 0 });
    await push(tier, task('a.1', 1));
    await tier.maintain();
    await push(tier, task('a.1', 2, { title: 'in the tail' }));
    expect(await tier.collectGarbage()).toEqual({ count: 0, bytes: 0 });
    expect(await everything(peerOn(inner).tier)).toEqual({ 'a.1': 'in the tail' });
  });
});
