import { type IBucket, MemoryBucket, MemoryStore } from 'tiersync';
import { compressed } from 'tiersync/adapters/compressed';
import { encrypted } from 'tiersync/adapters/encrypted';
import { retrying } from 'tiersync/adapters/retrying';
import { expect, test } from 'vitest';
import { bytesOf, key, namesIn, orders, read, textOf } from './support.ts';

const wrappers = {
  compressed: (inner: IBucket) => compressed(inner),
  encrypted: (inner: IBucket) => encrypted(inner, { key }),
  retrying: (inner: IBucket) => retrying(inner),
};

const refused = {
  'encrypted(compressed)': 'write compressed(encrypted(...)), not encrypted(compressed(...))',
  'retrying(encrypted)': 'write encrypted(retrying(...)), not retrying(encrypted(...))',
  'retrying(compressed)': 'write compressed(retrying(...)), not retrying(compressed(...))',
  'compressed(compressed)': 'this is compressed already',
  'encrypted(encrypted)': 'this is encrypted already',
  'retrying(retrying)': 'this is retrying already',
} as const;

for (const [order, message] of Object.entries(refused)) {
  const [outer, inner] = order.slice(0, -1).split('(') as [keyof typeof wrappers, keyof typeof wrappers];
  test(`[WR1] ${order} is a TypeError that says what to write, over a bucket and over a persistence`, () => {
    for (const store of [new MemoryBucket(), new MemoryStore()]) {
      const below = wrappers[inner](store as IBucket);
      expect(() => wrappers[outer](below)).toThrow(new RegExp(`^${message.replace(/[().]/g, '\\$&')}`));
      expect(() => wrappers[outer](below)).toThrow(TypeError);
    }
  });
}

test('[WR1] what is no store is a TypeError', () => {
  for (const none of [null, undefined, {}, { get() {} }, 'bucket']) {
    for (const wrap of Object.values(wrappers)) expect(() => wrap(none as unknown as IBucket)).toThrow(TypeError);
  }
});

for (const [name, wrap] of Object.entries(orders)) {
  test(`[WR2] ${name}: conditions, versions and times are those of the store`, async () => {
    const store = new MemoryBucket();
    const time = new Date('2026-05-17T12:00:00.000Z');
    const timed: IBucket = {
      get: async (...call) => {
        const found = await store.get(...call);
        return found === null || found === 'unchanged' ? found : { ...found, time };
      },
      put: async (...call) => {
        const answer = await store.put(...call);
        return answer === 'conflict' ? answer : { ...answer, time };
      },
      delete: (each) => store.delete(each),
      list: async function* (prefix) {
        for await (const entry of store.list(prefix)) yield { ...entry, time };
      },
    };
    const bucket = wrap(timed);
    const put = await bucket.put('a', bytesOf('text'), { ifAbsent: true });
    if (put === 'conflict') throw new Error('nothing stands there');
    expect(put.time).toEqual(time);
    expect(await read(bucket, 'a')).toMatchObject({ version: put.version, time });
    expect(await bucket.put('a', bytesOf('other'), { ifVersion: 'another' })).toBe('conflict');
    for await (const entry of bucket.list('')) expect(entry).toEqual({ name: 'a', size: 4, time });
    expect('close' in bucket && bucket.close !== undefined).toBe(false);
  });

  test(`[WR3] ${name}: closing waits for what was called before`, async () => {
    const store = new MemoryBucket();
    let isClosed = false;
    const closing: IBucket = {
      get: (...call) => store.get(...call),
      put: async (...call) => {
        if (isClosed) throw new Error('closed already');
        return store.put(...call);
      },
      delete: (each) => store.delete(each),
      list: (prefix) => store.list(prefix),
      close: async () => {
        isClosed = true;
      },
    };
    const bucket = wrap(closing);
    const puts = ['a', 'b', 'c'].map((each) => bucket.put(each, bytesOf(each.repeat(5000))));
    await bucket.close?.();
    const answers = await Promise.allSettled(puts);
    expect(answers.map(({ status }) => status)).toEqual(Array(3).fill('fulfilled'));
    expect(textOf((await read(wrap(store), 'b')).bytes)).toBe('b'.repeat(5000));
  });
}

test('[WR4] an object that cannot be read is set aside as it is, through every order', async () => {
  for (const [name, wrap] of Object.entries(orders)) {
    const store = new MemoryBucket();
    const bucket = wrap(store);
    await bucket.put('app/a', bytesOf('text'.repeat(1000)));
    if (bucket.setAside === undefined) continue;
    const [place] = (await namesIn(store)).filter((each) => each !== '$encryption');
    const damaged = (await read(store, place!)).bytes.map((byte, at) => (at === 40 ? byte ^ 1 : byte));
    await store.put(place!, damaged);
    const aside = await bucket.setAside('app/a');
    expect([name, await bucket.get('app/a')]).toEqual([name, null]);
    expect((await read(store, aside)).bytes).toEqual(damaged);
    await bucket.put('app/a', bytesOf('again'));
    expect(await bucket.setAside('app/a')).not.toBe(aside);
  }
});

test('[WR6] exclusive work runs in the order asked, however long it takes to make the keys', async () => {
  const store = new MemoryBucket();
  let looks = 0;
  const slow: IBucket = {
    get: (...call) => store.get(...call),
    put: (...call) => store.put(...call),
    delete: (name) => store.delete(name),
    // The first look takes longer than any after it.
    list: async function* (prefix) {
      looks += 1;
      for (let turn = looks === 1 ? 50 : 0; turn > 0; turn--) await null;
      yield* store.list(prefix);
    },
    exclusive: (work) => work(),
  };
  const bucket = compressed(encrypted(slow, { key }));
  const steps: number[] = [];
  await Promise.all([1, 2, 3].map((number) => bucket.exclusive?.(async () => steps.push(number))));
  expect(steps).toEqual([1, 2, 3]);
});

test('[WR6] keys are made before the lock is taken, so that work under the lock never waits for itself', async () => {
  const store = new MemoryStore();
  let isHeld = false;
  // As Web Locks do: not to be nested.
  const locking = Object.assign(store, {
    exclusive: async <T>(work: () => Promise<T>): Promise<T> => {
      if (isHeld) throw new Error('waits for itself');
      isHeld = true;
      try {
        return await work();
      } finally {
        isHeld = false;
      }
    },
  });
  const persistence = encrypted(locking, { key });
  await persistence.exclusive?.(() => persistence.storeData('a', { Note: {} }));
  expect(await persistence.loadData('a')).toEqual({ Note: {} });
});
