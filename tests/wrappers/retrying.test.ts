import { type IBucket, MemoryBucket, MemoryStore, TierSyncError } from 'tiersync';
import { type RetryingOptions, retrying } from 'tiersync/adapters/retrying';
import { describe, expect, test } from 'vitest';
import { Faults } from '../support/Faults.ts';
import { FaultyBucket } from '../support/FaultyBucket.ts';
import { FaultyPersistence } from '../support/FaultyPersistence.ts';
import { settle, TestEnvironment } from '../support/TestEnvironment.ts';
import { bytesOf, list, read, textOf } from './support.ts';

const unavailable = (retryAfterMs?: number): TierSyncError =>
  new TierSyncError('unavailable', 'the store asks for rest', { retryAfterMs });

function stage(options: RetryingOptions = {}) {
  const store = new MemoryBucket();
  const faults = new Faults();
  const environment = new TestEnvironment({ seed: 7 });
  const bucket = retrying(new FaultyBucket(store, faults), { environment, ...options });
  const finish = async <T>(work: Promise<T>): Promise<T> => {
    let isDone = false;
    const done = (): void => {
      isDone = true;
    };
    work.then(done, done);
    for (let turn = 0; turn < 100 && !isDone; turn++) {
      await settle();
      await environment.advance(environment.untilNextTimer ?? 0);
    }
    return work;
  };
  return { store, faults, environment, bucket, finish };
}

describe('a call that fails for a moment', () => {
  const calls: { readonly [method: string]: (bucket: IBucket) => Promise<unknown> } = {
    get: (bucket) => bucket.get('a'),
    put: (bucket) => bucket.put('a', bytesOf('new')),
    delete: (bucket) => bucket.delete('a'),
    list: (bucket) => list(bucket),
  };
  for (const [method, call] of Object.entries(calls)) {
    for (const fault of ['before', 'after'] as const) {
      test(`[WR50] ${method} is made again where it failed ${fault} it was done`, async () => {
        const { store, faults, bucket, finish } = stage();
        await store.put('a', bytesOf('text'));
        faults.failAt(1, fault, unavailable);
        await finish(call(bucket));
        expect(faults.calls.map((each) => each.method)).toEqual([method, method]);
      });
    }
  }

  test('[WR50] each call of a persistence is made again, and setting aside is not', async () => {
    const faults = new Faults();
    const environment = new TestEnvironment();
    const store = new MemoryStore();
    const persistence = retrying(new FaultyPersistence(store, faults), { environment, baseMs: 0 });
    const work = [
      () => persistence.storeData('a', { Note: {} }),
      () => persistence.loadData('a'),
      () => persistence.listKeys!(''),
      () => persistence.storeMany!([['b', {}]]),
      () => persistence.clearData('a'),
    ];
    for (const call of work) {
      faults.failAt(1, 'after', unavailable);
      const done = call();
      await environment.advance(1);
      await done;
    }
    expect(faults.calls).toHaveLength(10);
    expect(await store.listKeys('')).toEqual(['b']);
  });

  test('[WR50] a list goes on where it broke off, and names nothing twice', async () => {
    const { store, environment } = stage();
    for (const name of ['a', 'b', 'c']) await store.put(name, bytesOf(name));
    let isBroken = true;
    const breaking = Object.assign(new FaultyBucket(store), {
      list: async function* () {
        for await (const entry of store.list('')) {
          yield entry;
          if (!isBroken || entry.name !== 'b') continue;
          isBroken = false;
          throw unavailable();
        }
      },
    });
    const listing = list(retrying(breaking, { environment, baseMs: 0 }));
    await environment.advance(1);
    expect((await listing).map(({ name }) => name)).toEqual(['a', 'b', 'c']);
  });
});

describe('what is not for a moment', () => {
  const lasting = [
    ...(['auth-needed', 'quota-exceeded', 'corrupt', 'unsuitable-store', 'closed', 'cloud-unreadable'] as const).map(
      (code) => new TierSyncError(code, 'so it is'),
    ),
    new TypeError('an object needs a name of at least one character'),
    new Error('something else'),
  ];
  test.each(lasting.map((error) => [String((error as TierSyncError).code ?? error), error] as const))(
    '[WR51] is handed on at once: %s',
    async (_, error) => {
      const { faults, bucket } = stage();
      faults.failAlways(() => error);
      await expect(bucket.get('a')).rejects.toBe(error);
      expect(faults.calls).toHaveLength(1);
    },
  );

  const network = [
    new TypeError('fetch failed'),
    new TypeError('Failed to fetch'),
    Object.assign(new Error('reset'), { code: 'ECONNRESET' }),
    Object.assign(new Error('slow'), { code: 'UND_ERR_SOCKET' }),
    new DOMException('slow', 'TimeoutError'),
  ];
  test.each(network.map((error) => [error.message, error] as const))(
    '[WR51] but the network is: %s',
    async (_, error) => {
      const { faults, bucket, finish } = stage();
      faults.failAt(1, 'before', () => error);
      expect(await finish(bucket.get('a'))).toBeNull();
      expect(faults.calls).toHaveLength(2);
    },
  );
});

test('[WR52] waits grow, each is a random part of its longest, and after the last try the error is handed on', async () => {
  const drawn = [0.5, 1 - 2 ** -53, 0, 0.25];
  const { faults, environment } = stage();
  const waits: number[] = [];
  const again = retrying(new FaultyBucket(new MemoryBucket(), faults), {
    baseMs: 100,
    maxMs: 300,
    environment: {
      random: () => drawn.shift() as number,
      setTimer: (work, ms) => {
        waits.push(Math.round(ms));
        return environment.setTimer(work, 0);
      },
      clearTimer: environment.clearTimer,
    },
  });
  faults.failAlways(unavailable);
  const failing = expect(again.get('a')).rejects.toMatchObject({ code: 'unavailable' });
  for (let turn = 0; turn < 6; turn++) await environment.advance(0);
  await failing;
  expect(waits).toEqual([50, 200, 0, 75]);
  expect(faults.calls).toHaveLength(5);
});

test('[WR52] who asks for rest gets it, and who asks for more than the longest wait is not asked again', async () => {
  const { faults, environment, bucket } = stage({ baseMs: 0, maxMs: 10_000 });
  faults.failAt(1, 'before', () => unavailable(7_000));
  const asking = bucket.get('a');
  await environment.advance(6_999);
  expect(faults.calls).toHaveLength(1);
  await environment.advance(1);
  expect(await asking).toBeNull();
  faults.failAt(1, 'before', () => unavailable(10_001));
  await expect(bucket.get('a')).rejects.toMatchObject({ retryAfterMs: 10_001 });
});

describe('a conditional put without an answer', () => {
  test.each(['before', 'after'] as const)(
    '[WR53] is a success, and no conflict: it failed %s it was done',
    async (fault) => {
      for (const isFirst of [true, false]) {
        const { store, faults, bucket, finish } = stage();
        const seen = isFirst ? null : await store.put('head', bytesOf('one'));
        const condition =
          seen === null ? ({ ifAbsent: true } as const) : { ifVersion: (seen as { version: string }).version };
        faults.failAt(1, fault, unavailable);
        const answer = await finish(bucket.put('head', bytesOf('mine'), condition));
        expect(answer).toMatchObject({ version: (await read(store, 'head')).version });
        expect(textOf((await read(store, 'head')).bytes)).toBe('mine');
      }
    },
  );

  test('[WR53] that lands while it is made again is a success too', async () => {
    const { store, faults, bucket, finish } = stage();
    faults.failAt(1, 'before', unavailable);
    const putting = finish(bucket.put('head', bytesOf('mine'), { ifAbsent: true }));
    // The look has found nothing; now the first try arrives.
    faults.gate = async ({ method }) => {
      if (method === 'put') await store.put('head', bytesOf('mine'));
    };
    expect(await putting).toMatchObject({ version: (await read(store, 'head')).version });
  });

  test('[WR53] over which others have written stays unknown, and is neither success nor conflict', async () => {
    for (const lands of ['before', 'after'] as const) {
      const { store, faults, bucket, finish } = stage();
      const seen = (await store.put('head', bytesOf('one'))) as { version: string };
      faults.failAt(1, lands, unavailable);
      const putting = finish(bucket.put('head', bytesOf('mine'), { ifVersion: seen.version }));
      await settle();
      await store.put('head', bytesOf('of another'));
      await expect(putting).rejects.toMatchObject({
        code: 'unavailable',
        message: expect.stringContaining('not known'),
      });
      expect(textOf((await read(store, 'head')).bytes)).toBe('of another');
      expect(faults.calls.map(({ method }) => method)).toEqual(['put', 'get']);
    }
  });

  test('[WR53] meets a conflict: first, it is one', async () => {
    const { store, faults, bucket } = stage();
    await store.put('head', bytesOf('one'));
    expect(await bucket.put('head', bytesOf('mine'), { ifAbsent: true })).toBe('conflict');
    expect(faults.calls).toHaveLength(1);
  });

  test('[WR53] sends what it was given, whatever the caller makes of it meanwhile', async () => {
    const { store, faults, bucket, finish } = stage();
    const bytes = bytesOf('mine');
    faults.failAt(1, 'before', unavailable);
    const putting = bucket.put('head', bytes);
    bytes.fill(0);
    await finish(putting);
    expect(textOf((await read(store, 'head')).bytes)).toBe('mine');
  });
});

test('[WR54] an abort and closing end the waiting with the last error, and leave no timer', async () => {
  const aborting = new AbortController();
  const closable = Object.assign(new FaultyBucket(new MemoryBucket()), { close: async () => {} });
  const environment = new TestEnvironment();
  const [aborted, closed] = [
    retrying(closable, { environment, signal: aborting.signal }),
    retrying(closable, { environment }),
  ];
  closable.faults.failAlways(unavailable);
  const outcomes = Promise.allSettled([aborted.get('a'), aborted.put('a', bytesOf('x')), closed.get('a')]);
  await settle();
  expect(environment.timers).toBe(3);
  aborting.abort();
  await closed.close?.();
  const codes = (await outcomes).map((outcome) => outcome.status === 'rejected' && outcome.reason.code);
  expect(codes).toEqual(Array(3).fill('unavailable'));
  expect(environment.timers).toBe(0);
  expect(closable.faults.calls).toHaveLength(3);
  await expect(aborted.get('a')).rejects.toMatchObject({ code: 'unavailable' });
  expect(closable.faults.calls).toHaveLength(4);
});

test('[WR55] numbers that are none are a TypeError', () => {
  for (const wrong of [{ attempts: 0 }, { attempts: 1.5 }, { baseMs: -1 }, { maxMs: Number.NaN }]) {
    expect(() => retrying(new MemoryBucket(), wrong)).toThrow(TypeError);
  }
});
