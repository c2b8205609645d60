import { type EntityKeyData, MemoryBucket } from 'tiersync';
import { describe, expect, test } from 'vitest';
import { KeySums } from '../../../src/blob/KeySums.ts';
import { FaultyBucket } from '../../support/FaultyBucket.ts';
import { recountBlob } from '../../support/recount.ts';
import { dayMs, everything, gone, namesIn, peek, peerOn, push, task } from './support.ts';

const each = { tailCommits: 1 };
const idsOf = (changes: readonly { readonly id: string }[]): string[] => changes.map(({ id }) => id);

interface IndexJson {
  readonly keys: Record<string, { object: string; folded?: number; summary: { hash: number; entities: object } }>;
  readonly replaced: { name: string }[];
  readonly horizon: { seq: number; stamp: number };
  readonly history: unknown[];
}

const indexOf = async (bucket: MemoryBucket): Promise<IndexJson> => {
  const { checkpoint } = (await peek(bucket, 'app/head')) as unknown as { checkpoint: { index: string } };
  return (await peek(bucket, `app/${checkpoint.index}`)) as unknown as IndexJson;
};

describe('a checkpoint', () => {
  test('[SB16] is made when the tail holds too many commits or too much, and not before', async () => {
    const byCount = peerOn(new MemoryBucket(), { tailCommits: 3 });
    const bySize = peerOn(new MemoryBucket(), { tailBytes: 3000 });
    const byLarge = peerOn(new MemoryBucket(), { tailBytes: 3000, inlineBytes: 100 });
    // The last commit that a head has no room for stands in an object, and is not what makes the tail too large.
    for (const [{ tier, bucket }, commits] of [
      [byCount, 3],
      [bySize, 4],
      [byLarge, 4],
    ] as const) {
      for (const isFull of Array.from({ length: commits }, (_, i) => i + 1 === commits)) {
        await push(tier, task('a.1', 1, { title: 'x'.repeat(1000) }));
        bucket.reset();
        await tier.maintain();
        expect([bucket.total > 0, (await tier.readMetadata()).hash > 0]).toEqual([isFull, false]);
      }
      await tier.changesSince(null);
      expect((await tier.readMetadata()).hash).toBeGreaterThan(0);
    }
  });

  test('[SB16] rewrites the blobs of the keys in the tail only, and their sums are those of a recount', async () => {
    const inner = new MemoryBucket();
    const { tier, bucket } = peerOn(inner, each);
    await push(tier, task('a.1', 1), task('b.1', 1), task('c.1', 1));
    await tier.maintain();
    const before = await indexOf(inner);
    await push(tier, task('b.2', 2), gone('b.1', 2));
    bucket.reset();
    await tier.maintain();
    const after = await indexOf(inner);
    expect(bucket.requests).toEqual({ get: 1, put: 3, delete: 0, list: 0 });
    expect(after.keys['app.a']).toEqual(before.keys['app.a']);
    for (const { object, summary } of Object.values(after.keys)) {
      const { hash, entities } = recountBlob((await peek(inner, `app/${object}`)) as EntityKeyData);
      expect([summary.hash, summary.entities]).toEqual([hash, entities]);
    }
    const { checkpoint } = (await peek(inner, 'app/head')) as unknown as { checkpoint: { hash: number } };
    await tier.changesSince(null);
    expect(checkpoint.hash).toBe((await tier.readMetadata()).hash);
  });

  test('[SB16] keeps the commits that arrived while it was made', async () => {
    const inner = new MemoryBucket();
    const faulty = new FaultyBucket(inner);
    const a = peerOn(faulty, each);
    const b = peerOn(inner);
    await push(a.tier, task('a.1', 1));
    let arrived = 0;
    faulty.faults.gate = ({ method, key }) => {
      if (method !== 'put' || !(key.startsWith('app/index/') || key === 'app/head') || arrived > 2) return undefined;
      arrived += 1;
      return push(b.tier, task(`b.${arrived}`, 2)).then(() => {});
    };
    await a.tier.maintain();
    const look = await b.tier.changesSince(null);
    expect(idsOf(look.changes)).toEqual(['b.1', 'b.2', 'b.3']);
    expect(await everything(b.tier)).toEqual({ 'a.1': null, 'b.1': null, 'b.2': null, 'b.3': null });
  });

  test('[SB16] of two at once one wins, and the other leaves nothing that is seen', async () => {
    const inner = new MemoryBucket();
    const a = peerOn(inner, each);
    const b = peerOn(inner, each);
    await push(a.tier, task('a.1', 1), task('b.1', 1));
    await b.tier.changesSince(null);
    await Promise.all([a.tier.maintain(), b.tier.maintain(), a.tier.maintain()]);
    expect(await namesIn(inner, 'app/index/')).toHaveLength(2);
    expect(await everything(peerOn(inner).tier)).toEqual({ 'a.1': null, 'b.1': null });
    expect((await peek(inner, 'app/head'))['tail']).toEqual([]);
  });

  test('[SB16] writes no blob where every change was superseded already', async () => {
    const inner = new MemoryBucket();
    const { tier } = peerOn(inner, each);
    await push(tier, task('a.1', 5));
    await tier.maintain();
    await push(tier, task('a.1', 4));
    await tier.maintain();
    expect(await namesIn(inner, 'app/data/')).toHaveLength(1);
    expect(await namesIn(inner, 'app/index/')).toHaveLength(2);
  });

  test('[SB18] keeps what it replaced for a week, then removes it', async () => {
    const inner = new MemoryBucket();
    const { tier, environment } = peerOn(inner, { ...each, inlineBytes: 10 });
    await push(tier, task('a.1', 1));
    await tier.maintain();
    const first = (await namesIn(inner)).filter((name) => name !== 'app/head');
    expect(first.map((name) => name.replace(/-.*/, ''))).toEqual(['app/changes/1', 'app/data/app.a@1', 'app/index/1']);
    await push(tier, task('a.1', 2));
    await tier.maintain();
    await environment.advance(6 * dayMs);
    await push(tier, task('a.1', 3));
    await tier.maintain();
    expect(await namesIn(inner)).toEqual(expect.arrayContaining(first));
    await environment.advance(1.5 * dayMs);
    await push(tier, task('a.1', 4));
    await tier.maintain();
    const last = await namesIn(inner);
    for (const name of first) expect(last).not.toContain(name);
    expect(last.filter((name) => name.startsWith('app/data/'))).toHaveLength(3);
    const { replaced } = await indexOf(inner);
    expect(last).toEqual(expect.arrayContaining(replaced.map(({ name }) => `app/${name}`)));
  });

  test('[SB18] removes it also where the answer to its swap was lost', async () => {
    const inner = new MemoryBucket();
    const faulty = new FaultyBucket(inner);
    const { tier, environment } = peerOn(faulty, { ...each, keepMs: 1000 });
    for (let n = 1; n < 3; n++) {
      await push(tier, task('a.1', n));
      await tier.maintain();
    }
    await environment.advance(2000);
    await push(tier, task('a.1', 3));
    faulty.faults.gate = ({ method, key }) => {
      if (method === 'put' && key === 'app/head') {
        faulty.faults.gate = null;
        faulty.faults.failAt(0, 'after');
      }
      return undefined;
    };
    await tier.maintain();
    expect((await namesIn(inner)).map((name) => name.replace(/-.*/, ''))).toEqual([
      'app/data/app.a@2',
      'app/data/app.a@3',
      'app/head',
      'app/index/2',
      'app/index/3',
    ]);
  });

  test('[SB18] whatever it could not remove does no harm', async () => {
    const inner = new MemoryBucket();
    const faulty = new FaultyBucket(inner);
    const { tier, environment } = peerOn(faulty, { ...each, keepMs: 1000 });
    await push(tier, task('a.1', 1));
    await tier.maintain();
    await push(tier, task('a.1', 2));
    await tier.maintain();
    await environment.advance(2000);
    await push(tier, task('a.1', 3));
    let refused = 0;
    faulty.faults.gate = ({ method }) => {
      if (method !== 'delete') return undefined;
      refused += 1;
      return Promise.reject(new Error('not allowed'));
    };
    await tier.maintain();
    expect(refused).toBeGreaterThan(0);
    faulty.faults.gate = null;
    const removed = await tier.collectGarbage();
    expect(removed.count).toBe(refused);
    expect(await everything(peerOn(inner).tier)).toEqual({ 'a.1': null });
  });
});

describe('tombstones', () => {
  test('[SB17] are forgotten so long after they were folded, whatever their stamp says', async () => {
    const inner = new MemoryBucket();
    const { tier, environment } = peerOn(inner, each);
    const longAgo = -400 * 86_400;
    await push(tier, task('a.1', longAgo), task('a.2', longAgo));
    await tier.maintain();
    await push(tier, gone('a.1', longAgo + 1));
    await tier.maintain();
    await environment.advance(179 * dayMs);
    await push(tier, task('b.1', 1));
    await tier.maintain();
    expect((await tier.changesSince(null)).horizon).toEqual({ seq: 0, stamp: 0 });
    expect(await tier.readKey('app.a')).toHaveLength(2);
    await environment.advance(2 * dayMs);
    await push(tier, task('b.1', 2));
    await tier.maintain();
    const { horizon } = await tier.changesSince(null);
    expect(horizon).toEqual({ seq: 2, stamp: (gone('a.1', longAgo + 1).record as { stamp: number }).stamp });
    expect(idsOf(await tier.readKey('app.a'))).toEqual(['a.2']);
  });

  test('[SB17] that an old device delivers late are kept for the whole time from then on', async () => {
    const inner = new MemoryBucket();
    const { tier, environment } = peerOn(inner, each);
    await push(tier, task('a.1', 0));
    await tier.maintain();
    await environment.advance(400 * dayMs);
    await push(tier, gone('a.1', 1));
    await tier.maintain();
    await push(tier, task('b.1', 1));
    await tier.maintain();
    expect((await tier.readKey('app.a'))[0]?.isDeleted).toBe(true);
    expect((await indexOf(inner)).keys['app.a']?.folded).toBe(2);
  });

  test('[SB17] are forgotten in time although old checkpoints are remembered one in a while only', async () => {
    const inner = new MemoryBucket();
    const { tier, environment } = peerOn(inner, each);
    for (let day = 0; day < 400; day++) {
      await push(tier, gone(`a.${day}`, day));
      await tier.maintain();
      await environment.advance(dayMs);
    }
    const { history, replaced } = await indexOf(inner);
    expect([history.length, replaced.length]).toEqual([expect.toSatisfy((n) => n < 8 + 130), 2 * 7]);
    await tier.changesSince(null);
    // At most one span late.
    const kept = (await tier.readKey('app.a')).length;
    expect([kept >= 180, kept <= 182]).toEqual([true, true]);
  });

  test('[SB17] never let the horizon go back', async () => {
    const inner = new MemoryBucket();
    const { tier, environment } = peerOn(inner, { ...each, tombstoneRetentionMs: 1000 });
    await push(tier, gone('a.1', 500), gone('b.1', 700));
    await tier.maintain();
    await environment.advance(2000);
    await push(tier, gone('a.2', 1));
    await tier.maintain();
    const high = (await tier.changesSince(null)).horizon;
    expect(high.seq).toBe(1);
    await environment.advance(2000);
    await push(tier, task('c.1', 2));
    await tier.maintain();
    expect((await tier.changesSince(null)).horizon).toEqual({ seq: 2, stamp: high.stamp });
  });

  test('[SB17] once forgotten cost a new device nothing: it moves what is alive, and emptied keys are gone', async () => {
    const inner = new MemoryBucket();
    const a = peerOn(inner);
    const change = (make: typeof task, n: number, seconds: number) => make(`k${n % 12}.${n}`, seconds);
    const all = Array.from({ length: 1272 }, (_, n) => n);
    const isAlive = (n: number): boolean => n % 12 === 0 && n < 276;
    const alive = all.filter(isAlive);
    const dead = all.filter((n) => !isAlive(n));
    expect([alive.length, dead.length]).toEqual([23, 1249]);
    await push(a.tier, ...all.map((n) => change(task, n, 1)));
    await a.tier.maintain();
    await push(a.tier, ...dead.map((n) => change(gone as typeof task, n, 2)));
    await a.tier.maintain();
    const bytesOf = async (): Promise<number> => {
      const { tier, bucket } = peerOn(inner);
      expect(Object.keys(await everything(tier))).toHaveLength(23);
      return bucket.bytesReceived;
    };
    const before = await bytesOf();
    await a.environment.advance(181 * dayMs);
    // The tail has to be full for anything to be folded.
    await push(
      a.tier,
      ...all
        .slice(0, 400)
        .filter(isAlive)
        .map((n) => change(task, n, 3)),
    );
    for (let n = 0; n < 256; n++) await push(a.tier, change(task, 0, 4 + n));
    await a.tier.maintain();
    const after = await bytesOf();
    console.log(`23 alive, 1,249 deleted: a new device receives ${before} bytes, ${after} once they are forgotten`);
    // The latest commits stay beside the checkpoint, up to a sixteenth of the tail.
    expect(after).toBeLessThan(23 * 500 + 4096);
    expect(Object.keys((await indexOf(inner)).keys)).toEqual(['app.k0']);
    await a.tier.changesSince(null);
    expect(await a.tier.readKey('app.k5')).toHaveLength(0);
  });

  test('[SB17] keep their number beside the records, outside every hash', async () => {
    const inner = new MemoryBucket();
    const { tier } = peerOn(inner, each);
    await push(tier, task('a.1', 1), gone('a.2', 1));
    await tier.maintain();
    const { keys } = await indexOf(inner);
    const blob = await peek(inner, `app/${keys['app.a']?.object}`);
    expect(blob['$']).toEqual({ format: 1, folded: { Task: { 'a.2': 1 } } });
    const records = await tier.readKey('app.a');
    await tier.changesSince(null);
    expect((await tier.readMetadata()).entityKeys['app.a']).toEqual(KeySums.of(records).summary());
  });
});
