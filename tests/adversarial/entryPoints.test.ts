import { DataOrchestrator, MemoryBucket, MemoryStore, silentLogger } from 'tiersync';
import { describe, expect, test } from 'vitest';
import { create, expectRefusal, guardPrototypes, kept, outcomeOf, places, repoOf, stillWorld } from './support.ts';

guardPrototypes();

const open = () => places[0]!.make().open();
const strategy = { separator: '.', identifierLength: 8, getKey: () => 'global', entityKeyFilter: () => ['app.global'] };
const standard = { '~standard': { version: 1, vendor: 'x', validate: (value: unknown) => ({ value }) } };

/** Options of load and create, and what the refusal must name. */
const badOptions: readonly (readonly [what: string, options: unknown, names: RegExp])[] = [
  ['nothing', undefined, /options/],
  ['null', null, /options/],
  ['a text', 'app', /options/],
  ['a number', 5, /options/],
  ['an empty prefix', { prefix: '' }, /prefix.*empty/],
  ['a prefix that is no text', { prefix: 5 }, /prefix/],
  ['a symbol as prefix', { prefix: Symbol('x') }, /prefix/],
  ['a prefix of 129 bytes', { prefix: 'p'.repeat(129) }, /prefix.*longer than 128/],
  ['a prefix that holds the separator', { prefix: 'app.x' }, /prefix.*separator/],
  ['a prefix with a NUL', { prefix: 'a\0' }, /prefix.*control/],
  ['a prefix with half a surrogate pair', { prefix: '\ud800' }, /prefix.*surrogate/],
  ['an unknown option', { prefix: 'app', lokal: new MemoryBucket() }, /no option lokal/],
  ['null as store', { prefix: 'app', store: null }, /^store must have/],
  [
    'a persistence as store',
    { prefix: 'app', store: { loadData() {}, storeData() {}, clearData() {} } },
    /^store must/,
  ],
  ['null as local', { prefix: 'app', local: null }, /^local must be/],
  ['a Map as local', { prefix: 'app', local: new Map() }, /^local must be/],
  ['a class as local', { prefix: 'app', local: MemoryBucket }, /^local must be/],
  ['a promise as local', { prefix: 'app', local: Promise.resolve(new MemoryBucket()) }, /^local must be/],
  ['a number as strategy', { prefix: 'app', strategy: 5 }, /strategy/],
  ['an empty strategy', { prefix: 'app', strategy: {} }, /strategy/],
  ['a strategy without separator', { prefix: 'app', strategy: { ...strategy, separator: undefined } }, /separator/],
  ['a separator that ids contain', { prefix: 'app', strategy: { ...strategy, separator: 'a' } }, /separator/],
  ['ids of no length', { prefix: 'app', strategy: { ...strategy, identifierLength: 0 } }, /identifierLength/],
  ['ids of length NaN', { prefix: 'app', strategy: { ...strategy, identifierLength: Number.NaN } }, /identifierLength/],
  ['null as logger', { prefix: 'app', logger: null }, /^logger must have/],
  ['console as logger', { prefix: 'app', logger: console }, /^logger must have/],
  ['a text as freeze', { prefix: 'app', freeze: 'no' }, /^freeze must/],
  ['an unknown interval', { prefix: 'app', intervals: { quiet: 1 } }, /intervals\.quiet/],
  ['an interval below zero', { prefix: 'app', intervals: { localQuietMs: -1 } }, /intervals\.localQuietMs/],
  ['an interval of NaN', { prefix: 'app', intervals: { localMaxMs: Number.NaN } }, /intervals\.localMaxMs/],
  ['an interval as text', { prefix: 'app', intervals: { localMaxMs: '5' } }, /intervals\.localMaxMs/],
  ['settings of an odd name', { prefix: 'app', entities: { deleted: {} } }, /deleted/],
  ['settings of __proto__', { prefix: 'app', entities: JSON.parse('{"__proto__":{"sync":false}}') }, /__proto__/],
  ['null as settings', { prefix: 'app', entities: { Task: null } }, /entities\.Task/],
  ['an unknown setting', { prefix: 'app', entities: { Task: { snyc: false } } }, /no option snyc/],
  ['a schema that is none', { prefix: 'app', entities: { Task: { schema: {} } } }, /entities\.Task\.schema/],
  ['a text as migration', { prefix: 'app', entities: { Task: { migrate: 'x' } } }, /entities\.Task\.migrate/],
  ['a memory-only id', { prefix: 'app', entities: { Task: { memoryOnly: ['id'] } } }, /entities\.Task\.memoryOnly/],
  ['an index of nothing', { prefix: 'app', entities: { Task: { indexes: [[]] } } }, /indexes/],
  ['an index of a number', { prefix: 'app', entities: { Task: { indexes: [5] } } }, /indexes/],
  ['null as schema', { prefix: 'app', entities: { Task: { schema: null } } }, /entities\.Task\.schema/],
  ['null as indexes', { prefix: 'app', entities: { Task: { indexes: null } } }, /indexes/],
  ['a number as indexes', { prefix: 'app', entities: { Task: { indexes: 5 } } }, /indexes/],
  [
    'a text as memoryOnly',
    { prefix: 'app', entities: { Task: { memoryOnly: 'secret' } } },
    /entities\.Task\.memoryOnly must/,
  ],
  ['numbers as memoryOnly', { prefix: 'app', entities: { Task: { memoryOnly: [5] } } }, /entities\.Task\.memoryOnly/],
  ['a text as sync', { prefix: 'app', entities: { Task: { sync: 'no' } } }, /entities\.Task\.sync/],
  ['a list as entities', { prefix: 'app', entities: [] }, /entities must/],
  ['a number as intervals', { prefix: 'app', intervals: 5 }, /intervals must/],
  ['a number as environment', { prefix: 'app', environment: 5 }, /environment/],
];

test.each(badOptions)('[ER11] load and create refuse %s and name it', async (_what, options, names) => {
  expectRefusal(await outcomeOf(() => DataOrchestrator.create(options as never)), names);
  expectRefusal(await outcomeOf(() => DataOrchestrator.load(options as never)), names);
  expect(() => DataOrchestrator.getInstance()).toThrow(expect.objectContaining({ code: 'not-loaded' }));
});

test.each<readonly [string, unknown, RegExp]>([
  ['a clock that is no function', { prefix: 'app', environment: { now: 5 } }, /environment\.now/],
  ['an unknown part of the environment', { prefix: 'app', environment: { clock: () => 0 } }, /environment\.clock/],
])('[ER11] load and create should refuse %s', async (_what, options, names) => {
  expectRefusal(
    await outcomeOf(() => DataOrchestrator.create({ logger: silentLogger, ...(options as object) } as never)),
    names,
  );
});

test('[ER11] create refuses options without a prefix', async () => {
  expectRefusal(await outcomeOf(() => DataOrchestrator.create({} as never)), /prefix/);
});

test('[ER11] load should refuse options without a prefix by name', async () => {
  expectRefusal(await outcomeOf(() => DataOrchestrator.load({} as never)), /prefix/);
});

test('[ER11] one object as store and local is refused', async () => {
  const one = new MemoryStore();
  expectRefusal(await outcomeOf(() => create({ store: one, local: one })), /store and local are one object/);
});

const deepWhere = (): unknown => {
  let where: unknown = { a: 1 };
  for (let i = 0; i < 20_000; i++) where = { a: where };
  return where;
};
const cyclicWhere = (): unknown => {
  const where: Record<string, unknown> = {};
  where['$not'] = where;
  return where;
};

const badQueries: readonly (readonly [what: string, make: () => unknown, names: RegExp])[] = [
  ['ids as text', () => ({ ids: 'a' }), /^ids/],
  ['ids as null', () => ({ ids: null }), /^ids/],
  ['a number among ids', () => ({ ids: ['a', 1] }), /^ids\[1\]/],
  ['a where of null', () => ({ where: null }), /^where/],
  ['a where of a text', () => ({ where: 'x' }), /^where/],
  ['a where of a list', () => ({ where: [] }), /^where/],
  ['an undefined value', () => ({ where: { a: undefined } }), /^where\.a is undefined/],
  ['a function', () => ({ where: { a: () => true } }), /^where\.a is a function/],
  ['a symbol', () => ({ where: { a: Symbol('x') } }), /^where\.a is a symbol/],
  ['a RegExp', () => ({ where: { a: /x/ } }), /^where\.a is an instance of RegExp/],
  ['a Map', () => ({ where: { a: new Map() } }), /^where\.a is an instance of Map/],
  ['an invalid Date', () => ({ where: { a: new Date(Number.NaN) } }), /^where\.a is an invalid Date/],
  ['a cycle', () => ({ where: cyclicWhere() }), /^where\.\$not contains itself/],
  ['an unknown operator', () => ({ where: { a: { $like: 'x' } } }), /^where\.a\.\$like/],
  ['an operator in the wrong place', () => ({ where: { $eq: 1 } }), /^where\.\$eq/],
  ['operators mixed with fields', () => ({ where: { a: { $gt: 1, b: 2 } } }), /^where\.a mixes/],
  ['$in without a list', () => ({ where: { a: { $in: 1 } } }), /^where\.a\.\$in/],
  ['$or without a list', () => ({ where: { $or: {} } }), /^where\.\$or/],
  ['$gt of null', () => ({ where: { a: { $gt: null } } }), /^where\.a\.\$gt/],
  ['$exists of a text', () => ({ where: { a: { $exists: 'yes' } } }), /^where\.a\.\$exists/],
  ['$startsWith of a number', () => ({ where: { a: { $startsWith: 5 } } }), /^where\.a\.\$startsWith/],
  ['a filter that the strategy does not know', () => ({ years: [2026] }), /years/],
  ['a filter called __proto__', () => JSON.parse('{"__proto__":{"polluted":1}}'), /__proto__/],
];
const badWindows: typeof badQueries = [
  ['a sort of a text', () => ({ sort: 'name' }), /^sort/],
  ['a sort of null', () => ({ sort: null }), /^sort/],
  ['a sort by nothing', () => ({ sort: [{}] }), /^sort\[0\]/],
  ['a sort by null', () => ({ sort: [null] }), /^sort\[0\]/],
  ['an unknown direction', () => ({ sort: [{ field: 'a', direction: 'up' }] }), /^sort\[0\]/],
  ['a limit below zero', () => ({ limit: -1 }), /^limit/],
  ['a limit of NaN', () => ({ limit: Number.NaN }), /^limit/],
  ['a limit of Infinity', () => ({ limit: Number.POSITIVE_INFINITY }), /^limit/],
  ['a limit of a text', () => ({ limit: '5' }), /^limit/],
  ['a limit beyond whole numbers', () => ({ limit: 2 ** 53 }), /^limit/],
  ['half an offset', () => ({ offset: 0.5 }), /^offset/],
  ['null as offset', () => ({ offset: null }), /^offset/],
];
const badOptionObjects: typeof badQueries = [
  ['null', () => null, /^query options/],
  ['a number', () => 5, /^query options/],
  ['a list', () => [], /^query options/],
  ['a Date', () => new Date(), /^query options/],
  ['a text', () => 'all', /^query options/],
];

describe('queries', () => {
  test.each([...badQueries, ...badWindows, ...badOptionObjects])(
    '[ER12] getAll, observeAll and observeChanges refuse %s and name it',
    async (_what, make, names) => {
      const repo = repoOf(await open());
      repo.save({ a: 1 });
      expectRefusal(await outcomeOf(() => repo.getAll(make() as never)), names);
      expectRefusal(await outcomeOf(() => repo.observeAll(make() as never)), names);
      expectRefusal(await outcomeOf(() => repo.observeChanges(make() as never)), names);
    },
  );

  test.each(badQueries)('[ER12] count and observeCount refuse %s and name it', async (_what, make, names) => {
    const repo = repoOf(await open());
    repo.save({ a: 1 });
    expectRefusal(await outcomeOf(() => repo.count(make() as never)), names);
    expectRefusal(await outcomeOf(() => repo.observeCount(make() as never)), names);
  });

  test.each([...badWindows, ...badOptionObjects.filter(([what]) => what !== 'a text')])(
    '[ER12] count should refuse %s',
    async (_what, make, names) => {
      const repo = repoOf(await open());
      expectRefusal(await outcomeOf(() => repo.count(make() as never)), names);
    },
  );

  test('[ER12] a where of 20,000 levels should be refused, not overflow', async () => {
    const repo = repoOf(await open());
    expectRefusal(await outcomeOf(() => repo.getAll({ where: deepWhere() as never })), /^where/);
  });

  test('[ER12] odd queries that mean something are answered', async () => {
    const repo = repoOf(await open());
    const id = repo.save({ a: 1, '': 2, constructor: 3 });
    for (const [options, count] of [
      [undefined, 1],
      [{}, 1],
      [{ where: {} }, 1],
      [{ where: undefined, ids: undefined, sort: undefined, limit: undefined, years: undefined }, 1],
      [{ ids: [] }, 0],
      [{ ids: [id, id] }, 1],
      [{ where: { '': 2 } }, 1],
      [{ where: { constructor: 3 } }, 1],
      [{ where: { toString: null } }, 1],
      [{ where: { hasOwnProperty: { $exists: true } } }, 0],
      [{ where: { 'constructor.name': 'Object' } }, 0],
      [{ where: { '__proto__.polluted': null } }, 1],
      [{ where: { a: Number.NaN } }, 0],
      [{ where: { a: { $in: [] } } }, 0],
      [{ where: { $or: [] } }, 0],
      [{ where: { $and: [] } }, 1],
      [{ where: { $not: {} } }, 0],
      [{ where: { a: { $in: Array.from({ length: 100_000 }, (_, i) => i) } } }, 1],
    ] as const) {
      const told = JSON.stringify(options)?.slice(0, 80);
      expect(await repo.count(options as never), told).toBe(count);
      expect(await repo.getAll(options as never), told).toHaveLength(count);
      expect((await outcomeOf(() => repo.observeCount(options as never))) as unknown, told).toEqual({ value: count });
    }
    expect(await repo.getAll({ limit: 0 })).toEqual([]);
    expect(await repo.getAll({ offset: Number.MAX_SAFE_INTEGER })).toEqual([]);
    expect(await repo.getAll({ sort: [{ field: '__proto__' }, { field: 'a.b.c.d' }] })).toHaveLength(1);
  });
});

describe('steps, streams and the end', () => {
  test.each([undefined, null, 5, 'x', {}, async () => 1])('[ER13] batch refuses %s', async (bad) => {
    expectRefusal(
      await outcomeOf(async () => (await open()).batch(bad as never)),
      /^batch\(fn\) takes a synchronous function/,
    );
  });

  test('[ER13] a batch that returns a promise, or throws, writes nothing', async () => {
    const data = await open();
    const repo = repoOf(data);
    expectRefusal(await outcomeOf(() => data.batch(() => Promise.resolve(repo.save({})))), /^batch\(fn\)/);
    expectRefusal(await outcomeOf(() => data.batch(() => Promise.reject(repo.save({})))), /^batch\(fn\)/);
    const boom = new Error('boom');
    expect(
      await outcomeOf(() =>
        data.batch(() => {
          repo.save({});
          throw boom;
        }),
      ),
    ).toEqual({ error: boom });
    expect(await repo.count()).toBe(0);
  });

  test('[ER13] a generator function should be refused, its body never runs', async () => {
    const data = await open();
    const work = function* (): Generator<string> {
      yield repoOf(data).save({});
    };
    expectRefusal(await outcomeOf(() => data.batch(work as never)), /^batch\(fn\)/);
  });

  test.each<readonly [string, unknown]>([
    ['nothing', undefined],
    ['null', null],
    ['a function', () => {}],
    ['a text as onUpdate', { onUpdate: 'x' }],
    ['an unknown listener', { onChange: () => {} }],
  ])('[ER14] %s should be refused by name', async (_what, listener) => {
    const repo = repoOf(await open());
    expectRefusal(await outcomeOf(() => void repo.subscribe(listener as never)), /^subscribe\(\)/);
  });

  test('[ER14] a subscriber may ask for nothing, and may be stopped twice', async () => {
    const repo = repoOf(await open());
    const stop = repo.subscribe({});
    const id = repo.save({});
    repo.delete(id);
    stop();
    stop();
  });

  test('[ER14] what a subscriber throws goes to its onError, and everybody else hears of the change', async () => {
    const repo = repoOf(await open());
    const heard: string[] = [];
    repo.subscribe({
      onUpdate: () => {
        throw new Error('mine');
      },
      onError: (error) => heard.push((error as Error).message),
    });
    repo.subscribe({ onUpdate: () => heard.push('second') });
    repo.save({});
    expect(heard).toEqual(['mine', 'second']);
  });

  test('[ER14] what a subscriber without onError throws is uncaught, fails no save and reaches no other subscriber', async () => {
    const repo = repoOf(await open());
    const before = process.listeners('uncaughtException');
    process.removeAllListeners('uncaughtException');
    const uncaught = new Promise((resolve) => process.once('uncaughtException', resolve));
    try {
      let heard = 0;
      repo.subscribe({
        onUpdate: () => {
          throw new Error('mine');
        },
      });
      repo.subscribe({ onUpdate: () => (heard += 1) });
      repo.save({});
      expect(heard).toBe(1);
      expect(await uncaught).toMatchObject({ message: 'mine' });
    } finally {
      for (const listener of before) process.on('uncaughtException', listener);
    }
  });

  test('[ER15] after unload every call is refused with closed, whatever it is given', async () => {
    const data = await open();
    const repo = repoOf(data);
    const id = repo.save({});
    await data.unload();
    await data.unload();
    for (const call of [
      () => data.repo('Task'),
      () => data.flush(),
      () => data.batch(() => 1),
      () => repo.save({}),
      () => repo.saveMany([{}]),
      () => repo.update(id, {}),
      () => repo.move(id, {}),
      () => repo.delete(id),
      () => repo.deleteMany([id]),
      () => repo.hardDelete(id),
      () => repo.clear(),
      () => repo.get(id),
      () => repo.peek(id),
      () => repo.getAll(),
      () => repo.count(),
      () => repo.observe(id),
      () => repo.observeAll(),
      () => repo.observeCount(),
      () => repo.observeChanges(),
    ]) {
      expectRefusal(await outcomeOf(call), /unloaded/, 'closed');
    }
  });

  test('[ER15] clearing what no other tier holds is refused until it is asked for in so many words', async () => {
    const local = kept();
    const data = await create({ local });
    repoOf(data).save({ id: 'x' });
    expectRefusal(await outcomeOf(() => data.unload({ clearLocal: true })), /discardUnsynced/, 'unsynced');
    expect(await repoOf(data).get('x')).not.toBeNull();
    await data.flush();
    await data.unload({ clearLocal: true, discardUnsynced: true });
    expect(await repoOf(await create({ local })).count()).toBe(0);
  });

  test.each<readonly [string, unknown]>([
    ['null', null],
    ['an unknown option', { clearlocal: true }],
    ['a text as clearLocal', { clearLocal: 'no', discardUnsynced: true }],
  ])('[ER15] %s should be refused by name', async (_what, options) => {
    const data = await open();
    expectRefusal(await outcomeOf(() => data.unload(options as never)), /^unload\(\)/);
  });

  test('[ER15] one prefix neither sees nor clears the data of another that begins alike', async () => {
    const local = kept();
    for (const prefix of ['app', 'app2', 'app-x', 'ap']) {
      const data = await create({ prefix, local });
      repoOf(data).save({ id: 'mine', prefix });
      await data.unload();
    }
    const data = await create({ prefix: 'app', local });
    expect(await repoOf(data).getAll()).toMatchObject([{ prefix: 'app' }]);
    await data.unload({ clearLocal: true, discardUnsynced: true });
    for (const prefix of ['app2', 'app-x', 'ap']) {
      expect(await repoOf(await create({ prefix, local })).getAll()).toMatchObject([{ prefix }]);
    }
  });
});

describe('what the app hands in', () => {
  test.each<readonly [string, () => object]>([
    [
      'a field',
      () => ({
        get name() {
          throw new Error('boom');
        },
      }),
    ],
    [
      'the id',
      () => ({
        get id() {
          throw new Error('boom');
        },
      }),
    ],
    [
      'createdAt',
      () => ({
        id: 'x',
        get createdAt() {
          throw new Error('boom');
        },
      }),
    ],
  ])('[ER16] a getter of %s that throws should be refused with its path', async (_what, make) => {
    const repo = repoOf(await open());
    expectRefusal(
      await outcomeOf(() => repo.save(make() as never)),
      /^Task\.\w+: it could not be read: boom/,
      'invalid-entity',
    );
  });

  test('[ER16] a field should be read once, checked and kept as one value', async () => {
    const repo = repoOf(await open());
    let reads = 0;
    repo.save({
      get name() {
        reads += 1;
        return reads;
      },
    });
    expect(reads).toBe(1);
  });

  test.each<readonly [string, () => unknown]>([
    ['a list', () => [1, 2]],
    ['a Map', () => new Map([['a', 2]])],
    ['a Date', () => new Date()],
    ['bytes', () => Uint8Array.of(1)],
  ])('[ER16] %s in place of a patch should be refused', async (_what, make) => {
    const repo = repoOf(await open());
    const id = repo.save({ a: 1 });
    expectRefusal(await outcomeOf(() => repo.update(id, make() as never)), /fields to change/);
  });

  test('[ER16] what only claims to be a Date should be refused by name', async () => {
    const repo = repoOf(await open());
    expectRefusal(await outcomeOf(() => repo.save({ createdAt: Object.create(Date.prototype) })), /createdAt/);
  });

  test('[ER16] an environment with methods of a class should be used, or refused', async () => {
    class Clock {
      now(): number {
        return 1_000;
      }
    }
    const data = await DataOrchestrator.create({ prefix: 'app', environment: new Clock() });
    const repo = data.repo<Record<string, unknown>>('Task');
    expect((await repo.get(repo.save({})))?.updatedAt).toEqual(new Date(1_000));
  });

  test('[ER16] what a schema answers is checked like what the app gives', async () => {
    for (const [answer, names] of [
      [null, /entities\.Task\.schema must return an object/],
      [5, /entities\.Task\.schema must return an object/],
      [{ a: new Map() }, /^Task\.a: /],
      [[1], /^Task: /],
      [new Map(), /^Task: /],
    ] as const) {
      const schema = { '~standard': { ...standard['~standard'], validate: () => ({ value: answer }) } } as never;
      const repo = repoOf(await create({ entities: { Task: { schema } } }));
      expectRefusal(await outcomeOf(() => repo.save({})), names);
    }
    const asynchronous = { '~standard': { ...standard['~standard'], validate: async () => ({ value: {} }) } } as never;
    const repo = repoOf(await create({ entities: { Task: { schema: asynchronous } } }));
    expectRefusal(await outcomeOf(() => repo.save({})), /entities\.Task\.schema validates asynchronously/);
  });

  test('[ER16] what a schema finds is told with its path', async () => {
    const issues = [{ message: 'too short', path: ['name', { key: 0 }] }, { message: 'odd' }];
    const schema = { '~standard': { ...standard['~standard'], validate: () => ({ issues }) } } as never;
    const repo = repoOf(await create({ entities: { Task: { schema } } }));
    const outcome = await outcomeOf(() => repo.save({}));
    expectRefusal(outcome, /^Task\.name\.0: too short \(and 1 more\)$/, 'validation');
    expect(outcome.error).toMatchObject({ issues, path: 'name.0' });
  });

  test.each<[string, unknown]>([
    ['nothing', undefined],
    ['a number', 5],
    ['an empty text', ''],
    ['a text with a NUL', 'a\0'],
    ['the key of the index', '$metadata'],
    ['a key that ends with the separator', 'a.'],
    ['a key of 129 bytes', 'k'.repeat(129)],
  ])('[ER17] %s as the answer of a key strategy is refused by name', async (_what, answer) => {
    const repo = repoOf(await create({ strategy: { ...strategy, getKey: () => answer as string } }));
    expectRefusal(await outcomeOf(() => repo.save({})), /^strategy\.getKey must return/);
    expect(await repo.count()).toBe(0);
  });

  test.each<[string, unknown]>([
    ['nothing', undefined],
    ['a text', 'app.global'],
    ['a key without prefix', ['global']],
    ['the key of the index', ['app.$metadata']],
    ['numbers', [5]],
  ])('[ER17] %s as the key filter of a strategy is refused by name', async (_what, answer) => {
    const local = kept();
    const data = await create({ local });
    repoOf(data).save({});
    await data.unload();
    const repo = repoOf(await create({ local, strategy: { ...strategy, entityKeyFilter: () => answer as string[] } }));
    expectRefusal(await outcomeOf(() => repo.getAll({ years: [1] })), /^strategy\.entityKeyFilter must return/);
  });

  test.each<[string, unknown]>([
    ['an empty text', ''],
    ['a text with the separator', 'a.b'],
  ])('[ER17] %s as a new identifier is refused by name', async (_what, id) => {
    const repo = repoOf(await create({ environment: { ...stillWorld(), createId: () => id as string } }));
    expectRefusal(await outcomeOf(() => repo.save({})), /^environment\.createId must return/);
  });

  test.each<readonly [string, unknown]>([
    ['nothing', undefined],
    ['a number', 5],
    ['a text with a NUL', 'a\0'],
  ])('[ER17] %s as a new identifier should be refused by name', async (_what, id) => {
    const repo = repoOf(await create({ environment: { ...stillWorld(), createId: () => id as string } }));
    expectRefusal(await outcomeOf(() => repo.save({})), /^environment\.createId must return/);
  });
});
