import { type IBucket, MemoryBucket, type PutCondition } from 'tiersync';
import { expect, test } from 'vitest';
import { FaultyBucket } from '../../support/FaultyBucket.ts';
import { everything, namesIn, peerOn, push, task } from './support.ts';

/** A store that makes something else of a condition. */
function storeThat(inner: IBucket, twist: (condition: PutCondition) => PutCondition): IBucket {
  return {
    get: (name, options) => inner.get(name, options),
    put: (name, bytes, condition = {}) => inner.put(name, bytes, twist(condition)),
    delete: (name) => inner.delete(name),
    list: (prefix) => inner.list(prefix),
  };
}

test('[SB21] before the first write of a device the store is probed, once, and nothing stays of it', async () => {
  const inner = new MemoryBucket();
  let probed = 0;
  const onProbed = (): void => void probed++;
  const { tier, bucket } = peerOn(inner, {}, { isProbed: false, onProbed });
  await tier.changesSince(null);
  expect([probed, bucket.requests.put]).toEqual([0, 0]);
  await push(tier, task('a.1', 1));
  expect([probed, bucket.requests.put, bucket.requests.delete]).toEqual([1, 6, 1]);
  expect(await namesIn(inner)).toEqual(['app/head']);
  await push(tier, task('a.2', 1));
  expect([probed, bucket.requests.put]).toEqual([1, 7]);
  const known = peerOn(inner, {}, { onProbed });
  await push(known.tier, task('a.3', 1));
  expect([probed, known.bucket.requests.put]).toEqual([1, 1]);
});

test('[SB21] a device whose first write is a checkpoint probes too', async () => {
  const inner = new MemoryBucket();
  await push(peerOn(inner).tier, task('a.1', 1));
  const { tier, bucket } = peerOn(inner, { tailCommits: 1 }, { isProbed: false });
  await tier.changesSince(null);
  await tier.maintain();
  expect(bucket.requests.put).toBe(4 + 3);
});

test.each<[string, RegExp, (condition: PutCondition) => PutCondition]>([
  ['every condition', /If-None-Match/, () => ({})],
  ['that nothing may stand there', /If-None-Match/, ({ ifAbsent: _, ...condition }) => condition],
  ['that a version must stand there', /If-Match/, ({ ifVersion: _, ...condition }) => condition],
])(
  '[SB21] a store that ignores %s is refused, by a name for what it does and for stores that do not',
  async (_, what, twist) => {
    const inner = new MemoryBucket();
    const { tier } = peerOn(storeThat(inner, twist), {}, { isProbed: false });
    await tier.changesSince(null);
    const commit = () => tier.commit([task('a.1', 1)], null);
    await expect(commit()).rejects.toMatchObject({ code: 'unsuitable-store', message: expect.stringMatching(what) });
    await expect(commit()).rejects.toThrow('AWS S3, Cloudflare R2, MinIO, Ceph RGW, Tigris');
    expect(await namesIn(inner)).toEqual([]);
  },
);

test('[SB21] a store that compares versions and finds them never equal is refused too', async () => {
  const inner = new MemoryBucket();
  const quoting = storeThat(inner, ({ ifVersion, ...rest }) =>
    ifVersion === undefined ? rest : { ...rest, ifVersion: `"${ifVersion}"` },
  );
  const { tier } = peerOn(quoting, {}, { isProbed: false });
  await tier.changesSince(null);
  await expect(tier.commit([task('a.1', 1)], null)).rejects.toMatchObject({ code: 'unsuitable-store' });
});

test('[SB21] a client that repeats a write by itself, and is refused by its own success, is suitable', async () => {
  const inner = new MemoryBucket();
  const repeating = storeThat(inner, (condition) => condition);
  repeating.put = async (name, bytes, condition) => {
    await inner.put(name, bytes, condition);
    return inner.put(name, bytes, condition);
  };
  const { tier } = peerOn(repeating, {}, { isProbed: false });
  await push(tier, task('a.1', 1));
  await push(tier, task('a.2', 1));
  expect(await everything(peerOn(inner).tier)).toEqual({ 'a.1': null, 'a.2': null });
});

test('[SB21] [SB10] a probe that was cut short counts neither as data nor as done', async () => {
  const inner = new MemoryBucket();
  const faulty = new FaultyBucket(inner);
  const { tier } = peerOn(faulty, {}, { isProbed: false });
  await tier.changesSince(null);
  faulty.faults.gate = ({ method }) => (method === 'delete' ? Promise.reject(new Error('gone')) : undefined);
  faulty.faults.failAt(4, 'before');
  await expect(tier.commit([task('a.1', 1)], null)).rejects.toMatchObject({ code: 'unavailable' });
  expect(await namesIn(inner, 'app/probe/')).toHaveLength(1);
  await push(tier, task('a.1', 1));
  const fresh = peerOn(inner).tier;
  expect(await everything(fresh)).toEqual({ 'a.1': null });
});
