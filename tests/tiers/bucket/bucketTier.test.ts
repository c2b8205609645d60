import { MemoryBucket } from 'tiersync';
import { describe, expect, test } from 'vitest';
import type { Cursor } from '../../../src/interfaces/ISharedTier.ts';
import { FaultyBucket } from '../../support/FaultyBucket.ts';
import { active, changeOf, forget } from '../../support/records.ts';
import { everything, gone, namesIn, peek, peerOn, push, task } from './support.ts';

const textsOf = (changes: readonly { readonly id: string }[]): string[] => changes.map(({ id }) => id);

describe('a look', () => {
  test('[SB3] nothing is asked of the bucket before somebody asks the tier', async () => {
    const { bucket, tier } = peerOn(new MemoryBucket());
    await tier.close();
    expect(bucket.total).toBe(0);
  });

  test('[SB4] where nobody has written yet, there is no cursor, and the bucket is listed once', async () => {
    const { tier, bucket } = peerOn(new MemoryBucket());
    const look = await tier.changesSince(null);
    expect(look).toEqual({ cursor: null, reach: 'first', changes: [], horizon: { seq: 0, stamp: 0 } });
    await tier.changesSince(null);
    expect(bucket.requests).toEqual({ get: 2, put: 0, delete: 0, list: 1 });
    expect((await tier.readMetadata()).entityKeys).toEqual({});
    expect(await tier.readKey('app.a')).toEqual([]);
  });

  test('[SB5] what came after a cursor is told in its order', async () => {
    const inner = new MemoryBucket();
    const a = peerOn(inner).tier;
    const b = peerOn(inner).tier;
    const first = await push(a, task('a.1', 1));
    await push(b, task('a.2', 2), task('b.1', 2));
    await push(b, gone('a.1', 3));
    const look = await a.changesSince(first);
    expect(look.reach).toBe('since');
    expect(textsOf(look.changes)).toEqual(['a.2', 'b.1', 'a.1']);
    expect(look.changes[2]?.record?.isDeleted).toBe(true);
    const again = await a.changesSince(look.cursor);
    expect(again).toEqual({ ...look, changes: [] });
  });

  test('[SB5] a cursor that is none of this history reaches nothing: no cursor, another lineage, ahead, another nonce', async () => {
    const inner = new MemoryBucket();
    const { tier } = peerOn(inner);
    await push(tier, task('a.1', 1));
    const cursor = await push(tier, task('a.2', 2));
    const others: (Cursor | null)[] = [
      null,
      { ...cursor, lineage: 'another' },
      { ...cursor, seq: cursor.seq + 1 },
      { ...cursor, nonce: 'another' },
    ];
    for (const other of others) {
      const look = await tier.changesSince(other);
      expect([look.reach, textsOf(look.changes)]).toEqual(['first', ['a.1', 'a.2']]);
      expect(look.cursor).toEqual(cursor);
    }
  });

  test('[SB5] a cursor older than the checkpoint is behind, and is given the tail', async () => {
    const inner = new MemoryBucket();
    const { tier } = peerOn(inner, { tailCommits: 2 });
    const old = await push(tier, task('a.1', 1));
    const at = await push(tier, task('a.2', 2));
    await tier.maintain();
    await push(tier, task('a.3', 3));
    const look = await tier.changesSince(old);
    expect([look.reach, textsOf(look.changes)]).toEqual(['behind', ['a.3']]);
    expect((await tier.changesSince(at)).reach).toBe('since');
    expect((await tier.changesSince({ ...at, nonce: 'x' })).reach).toBe('first');
  });

  test('[SB13] metadata and keys are those of the latest look, and of what was committed since', async () => {
    const inner = new MemoryBucket();
    const a = peerOn(inner, { tailCommits: 1 });
    const b = peerOn(inner);
    await push(a.tier, task('a.1', 1));
    await a.tier.maintain();
    const cursor = (await a.tier.changesSince(null)).cursor;
    await push(b.tier, task('a.2', 2));
    expect(textsOf(await a.tier.readKey('app.a'))).toEqual(['a.1']);
    await a.tier.maintain();
    await a.tier.history();
    await a.tier.collectGarbage();
    expect(textsOf(await a.tier.readKey('app.a'))).toEqual(['a.1']);
    await a.tier.changesSince(cursor);
    expect(textsOf(await a.tier.readKey('app.a'))).toEqual(['a.1', 'a.2']);
    await push(a.tier, task('a.3', 3));
    expect(textsOf(await a.tier.readKey('app.a'))).toEqual(['a.1', 'a.2', 'a.3']);
    expect((await a.tier.readMetadata()).entityKeys['app.a']?.entities['Task']?.count).toBe(1);
  });

  test('[SB13] a key that the index does not name costs no request, and the index one', async () => {
    const inner = new MemoryBucket();
    const a = peerOn(inner, { tailCommits: 1 });
    await push(a.tier, task('a.1', 1), task('b.1', 1));
    await a.tier.maintain();
    const fresh = peerOn(inner);
    await fresh.tier.changesSince(null);
    fresh.bucket.reset();
    await fresh.tier.readMetadata();
    await fresh.tier.readMetadata();
    expect(await fresh.tier.readKey('app.z')).toEqual([]);
    expect(fresh.bucket.total).toBe(1);
    await fresh.tier.readKey('app.a');
    expect(fresh.bucket.requests).toEqual({ get: 2, put: 0, delete: 0, list: 0 });
  });

  test('[SB13] a key is the blob of the checkpoint and the tail, merged by the one order', async () => {
    const inner = new MemoryBucket();
    const { tier } = peerOn(inner, { tailCommits: 1 });
    await push(tier, task('a.1', 5, { title: 'late' }), task('a.2', 1, { title: 'old' }), task('a.3', 1));
    await tier.maintain();
    await push(tier, task('a.1', 2, { title: 'early' }), task('a.2', 3, { title: 'new' }), gone('a.3', 4));
    expect(await everything(tier)).toEqual({ 'a.1': 'late', 'a.2': 'new' });
  });
});

describe('a commit', () => {
  test('[SB6] is one step that others see whole', async () => {
    const inner = new MemoryBucket();
    const { tier } = peerOn(inner);
    await tier.changesSince(null);
    const committed = await tier.commit([task('a.1', 1), task('b.1', 1)], null);
    expect(committed).toMatchObject({ results: [{ outcome: 'applied' }, { outcome: 'applied' }] });
    const head = await peek(inner, 'app/head');
    expect(head).toMatchObject({ seq: 1, tail: [{ seq: 1, changes: [{ key: 'app.a' }, { key: 'app.b' }] }] });
    expect(await namesIn(inner)).toEqual(['app/head']);
  });

  test('[SB6] builds only on the moment that it names: otherwise it is stale, and nothing is asked', async () => {
    const inner = new MemoryBucket();
    const { tier, bucket } = peerOn(inner);
    expect(await tier.commit([task('a.1', 1)], null)).toBe('stale');
    const old = await push(tier, task('a.1', 1));
    const cursor = await push(tier, task('a.1', 2));
    bucket.reset();
    for (const other of [null, old, { ...cursor, nonce: 'x' }, { ...cursor, lineage: 'x' }]) {
      expect(await tier.commit([task('a.2', 3)], other)).toBe('stale');
    }
    expect(bucket.total).toBe(0);
  });

  test('[SB6] who loses a race is stale, and the winner stays', async () => {
    const inner = new MemoryBucket();
    const a = peerOn(inner);
    const b = peerOn(inner);
    await push(a.tier, task('a.1', 1));
    const { cursor } = await a.tier.changesSince(null);
    await push(b.tier, task('b.1', 2));
    expect(await a.tier.commit([task('a.2', 3)], cursor)).toBe('stale');
    expect(await everything(a.tier)).toEqual({ 'a.1': null, 'b.1': null });
    const now = (await a.tier.changesSince(cursor)).cursor;
    expect(await a.tier.commit([task('a.2', 3)], now)).toMatchObject({ cursor: { seq: 3 } });
  });

  test('[SB6] without changes writes nothing', async () => {
    const { tier, bucket } = peerOn(new MemoryBucket());
    const cursor = await push(tier, task('a.1', 1));
    bucket.reset();
    expect(await tier.commit([], cursor)).toEqual({ cursor, results: [] });
    expect(bucket.total).toBe(0);
    await expect(tier.commit([], null)).rejects.toThrow(TypeError);
  });

  test('[SB6] a change without a record does not travel', async () => {
    const { tier, bucket } = peerOn(new MemoryBucket());
    const cursor = await push(tier, task('a.1', 1));
    bucket.reset();
    await expect(tier.commit([forget('app.a', 'Task', 'a.1')], cursor)).rejects.toThrow(TypeError);
    expect(bucket.total).toBe(0);
  });

  test('[SB7] whose answer was lost is found by its nonce, with its own cursor, and others after it come with the next look', async () => {
    const inner = new MemoryBucket();
    const faulty = new FaultyBucket(inner);
    const a = peerOn(faulty);
    const b = peerOn(inner);
    await push(a.tier, task('a.1', 1));
    const { cursor } = await a.tier.changesSince(null);
    faulty.faults.failAt(1, 'after');
    // Between the write and the look after it, somebody else writes.
    let hasWritten = false;
    faulty.faults.gate = ({ method }) => {
      if (method !== 'get' || hasWritten) return undefined;
      hasWritten = true;
      return push(b.tier, task('b.1', 9)).then(() => {});
    };
    const committed = await a.tier.commit([task('a.2', 2)], cursor);
    expect(hasWritten).toBe(true);
    expect(committed).toMatchObject({ cursor: { seq: 2 } });
    expect(textsOf(await a.tier.readKey('app.b'))).toEqual([]);
    const look = await a.tier.changesSince((committed as { cursor: Cursor }).cursor);
    expect([look.reach, textsOf(look.changes), look.cursor?.seq]).toEqual(['since', ['b.1'], 3]);
  });

  test('[SB7] that a checkpoint was made of before anybody answered has happened', async () => {
    const inner = new MemoryBucket();
    const faulty = new FaultyBucket(inner);
    const a = peerOn(faulty);
    const b = peerOn(inner, { tailCommits: 1 });
    const cursor = await push(a.tier, task('a.1', 1));
    faulty.faults.failAt(1, 'after');
    faulty.faults.gate = ({ method }) =>
      method === 'get' ? b.tier.changesSince(null).then(() => b.tier.maintain()) : undefined;
    const committed = await a.tier.commit([task('a.2', 2)], cursor);
    expect(committed).toMatchObject({ cursor: { seq: 2 } });
    faulty.faults.gate = null;
    expect((await a.tier.changesSince((committed as { cursor: Cursor }).cursor)).reach).toBe('since');
    expect(await everything(a.tier)).toEqual({ 'a.1': null, 'a.2': null });
  });

  test('[SB8] of which nobody can tell whether it happened rejects: nothing changed yet, no answer, or folded by others', async () => {
    const inner = new MemoryBucket();
    const faulty = new FaultyBucket(inner);
    const a = peerOn(faulty);
    const b = peerOn(inner, { tailCommits: 1 });
    const cursor = await push(a.tier, task('a.1', 1));
    const commit = () => a.tier.commit([task('a.2', 2)], cursor);
    faulty.faults.failAt(1, 'before');
    await expect(commit()).rejects.toMatchObject({ code: 'unavailable' });
    faulty.faults.failAlways();
    await expect(commit()).rejects.toMatchObject({ code: 'unavailable' });
    faulty.faults.failAt(1, 'after');
    faulty.faults.gate = ({ method }) =>
      method === 'get' ? push(b.tier, task('b.1', 3)).then(() => b.tier.maintain()) : undefined;
    await expect(commit()).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.stringContaining('not known'),
    });
  });

  test('[SB8] that the store refuses although nobody wrote rejects, and is not tried for ever', async () => {
    const inner = new MemoryBucket();
    const a = peerOn({
      get: (name, options) => inner.get(name, options),
      put: async (name, bytes, condition) =>
        condition?.ifVersion === undefined ? inner.put(name, bytes, condition) : 'conflict',
      delete: (name) => inner.delete(name),
      list: (prefix) => inner.list(prefix),
    });
    await a.tier.changesSince(null);
    await expect(a.tier.commit([task('a.1', 1)], null)).rejects.toMatchObject({ code: 'unavailable' });
  });

  test('[SB8] of another device with the same nonce is not taken for our own', async () => {
    const inner = new MemoryBucket();
    const same = { now: () => 1, createId: () => 'same' };
    const a = peerOn(inner, {}, { environment: same, device: 'A' });
    const b = peerOn(inner, {}, { environment: { ...same, createId: () => 'first' }, device: 'B' });
    await push(b.tier, task('a.1', 1));
    const { cursor } = await a.tier.changesSince(null);
    const c = peerOn(inner, {}, { environment: same, device: 'C' });
    await push(c.tier, task('b.1', 1));
    expect(await a.tier.commit([task('a.2', 3)], cursor)).toBe('stale');
  });

  test('[SB9] that is large puts its changes beside the head first, and others load them when they need them', async () => {
    const inner = new MemoryBucket();
    const a = peerOn(inner);
    const b = peerOn(inner);
    await push(a.tier, task('a.0', 1));
    const before = (await b.tier.changesSince(null)).cursor;
    a.bucket.reset();
    const { cursor } = await a.tier.changesSince(null);
    const many = Array.from({ length: 300 }, (_, n) => task(`a.${n}`, 2, { title: 'x'.repeat(100) }));
    const committed = await a.tier.commit(many, cursor);
    expect(a.bucket.requests).toMatchObject({ put: 2 });
    expect(await namesIn(inner, 'app/changes/')).toHaveLength(1);
    const look = await b.tier.changesSince(before);
    expect(look.changes).toHaveLength(300);
    b.bucket.reset();
    await b.tier.changesSince((committed as { cursor: Cursor }).cursor);
    await b.tier.readKey('app.a');
    expect(b.bucket.requests.get).toBe(1);
  });

  test('[SB9] goes beside a head that is full, so that the head stays small', async () => {
    const inner = new MemoryBucket();
    const { tier } = peerOn(inner, { tailBytes: 4000 });
    for (let n = 0; n < 12; n++) await push(tier, task('a.1', n, { title: 'x'.repeat(700) }));
    const head = await inner.get('app/head');
    expect((head as { bytes: Uint8Array }).bytes.length).toBeLessThan(6000);
    expect((await namesIn(inner, 'app/changes/')).length).toBeGreaterThan(6);
    expect((await tier.changesSince(null)).changes).toHaveLength(12);
  });
});

test('[SB10] a bucket that was empty once is listed again when a head that was there is gone', async () => {
  const inner = new MemoryBucket();
  const { tier, bucket } = peerOn(inner);
  await tier.changesSince(null);
  await push(tier, task('a.1', 1));
  await inner.put('app/data/app.a@1-x', new Uint8Array(1));
  await inner.delete('app/head');
  bucket.reset();
  await expect(tier.history()).rejects.toMatchObject({ code: 'cloud-unreadable' });
  expect(bucket.requests.list).toBe(1);
});

test('[SB23] apply merges whatever others write meanwhile', async () => {
  const inner = new MemoryBucket();
  const faulty = new FaultyBucket(inner);
  const a = peerOn(faulty);
  const b = peerOn(inner);
  expect(await a.tier.apply([])).toEqual([]);
  expect(faulty.faults.calls).toEqual([]);
  let races = 3;
  faulty.faults.gate = ({ method, key }) => {
    if (method !== 'put' || key !== 'app/head' || races === 0) return undefined;
    races -= 1;
    return push(b.tier, task(`b.${races}`, 5)).then(() => {});
  };
  expect(await a.tier.apply([task('a.1', 1)])).toEqual([{ outcome: 'applied' }]);
  expect(await everything(a.tier)).toEqual({ 'a.1': null, 'b.0': null, 'b.1': null, 'b.2': null });
  faulty.faults.gate = ({ method, key }) =>
    method === 'put' && key === 'app/head' ? push(b.tier, task('b.9', 5)).then(() => {}) : undefined;
  await expect(a.tier.apply([task('a.1', 9)])).rejects.toMatchObject({ code: 'unavailable' });
});

test('[SB22] the clock of the store is known from our own writes, where it tells', async () => {
  const inner = new MemoryBucket();
  const { tier, environment } = peerOn({
    get: (name, options) => inner.get(name, options),
    put: async (...args) => {
      const answer = await inner.put(...args);
      return answer === 'conflict' ? answer : { ...answer, time: new Date(environment.now() + 90_000) };
    },
    delete: (name) => inner.delete(name),
    list: (prefix) => inner.list(prefix),
  });
  expect(tier.clockOffset).toBeNull();
  await push(tier, task('a.1', 1));
  expect(tier.clockOffset).toBe(90_000);
  const silent = peerOn(new MemoryBucket());
  await push(silent.tier, task('a.1', 1));
  expect(silent.tier.clockOffset).toBeNull();
});

test('[SB22] an answer that came late says nothing of the clock, nor does one while our own was set back', async () => {
  const inner = new MemoryBucket();
  let tookMs = 100;
  const { tier, environment } = peerOn({
    get: (name, options) => inner.get(name, options),
    put: async (...args) => {
      const answer = await inner.put(...args);
      const time = new Date(environment.now() + 90_000);
      environment.jump(tookMs);
      return answer === 'conflict' ? answer : { ...answer, time };
    },
    delete: (name) => inner.delete(name),
    list: (prefix) => inner.list(prefix),
  });
  await push(tier, task('a.1', 1));
  expect(tier.clockOffset).toBe(90_000 - 50);
  for (const ms of [20 * 60_000, -20 * 60_000]) {
    tookMs = ms;
    await push(tier, task('a.1', 1));
    expect(tier.clockOffset).toBe(90_000 - 50);
  }
});

test('[SB24] a closed tier answers no more, and leaves the bucket open for others', async () => {
  const inner = new MemoryBucket();
  const { tier } = peerOn(inner, { tailCommits: 1 });
  await push(tier, task('a.1', 1));
  const folding = tier.maintain();
  await tier.close();
  await expect(folding).rejects.toMatchObject({ code: 'closed' });
  for (const ask of [
    () => tier.changesSince(null),
    () => tier.readMetadata(),
    () => tier.readKey('app.a'),
    () => tier.commit([task('a.2', 1)], null),
    () => tier.maintain(),
  ]) {
    await expect(ask()).rejects.toMatchObject({ code: 'closed' });
  }
  expect(await everything(peerOn(inner).tier)).toEqual({ 'a.1': null });
});

test('[SB6] names and ids of every kind arrive as they were', async () => {
  const inner = new MemoryBucket();
  const { tier } = peerOn(inner, { tailCommits: 1 });
  const odd = ['constructor', 'a/b', 'é', 'x@1-y', 'toString'];
  await push(tier, ...odd.map((id) => changeOf(`app.${id}`, active('Task', id, 1))));
  await push(tier, ...odd.map((id) => changeOf(`app.${id}`, active('Task', `${id}2`, 1))));
  await tier.maintain();
  const found = await everything(peerOn(inner).tier);
  expect(Object.keys(found).sort()).toEqual(odd.flatMap((id) => [id, `${id}2`]).sort());
});
