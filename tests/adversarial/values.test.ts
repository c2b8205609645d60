import { runInNewContext } from 'node:vm';
import { describe, expect, test } from 'vitest';
import { same } from '../blob/support.ts';
import { expectRefusal, guardPrototypes, outcomeOf, places, repoOf } from './support.ts';

guardPrototypes();

class Point {
  x = 1;
}

const keptValues: readonly (readonly [what: string, make: () => unknown, readsAs?: unknown])[] = [
  ['NaN', () => Number.NaN],
  ['Infinity', () => Number.POSITIVE_INFINITY],
  ['-Infinity', () => Number.NEGATIVE_INFINITY],
  ['-0', () => -0],
  ['the greatest number', () => Number.MAX_VALUE],
  ['an unsafe integer', () => 2 ** 53 + 2],
  ['a bigint', () => 2n ** 64n],
  ['a bigint below zero', () => -1n],
  ['a Date', () => new Date(1.5e12)],
  ['the last Date', () => new Date(8.64e15)],
  ['a Date of a subclass', () => new (class extends Date {})(7), new Date(7)],
  ['bytes', () => Uint8Array.of(0, 128, 255)],
  ['bytes of a Buffer', () => Buffer.from('abc'), Uint8Array.of(97, 98, 99)],
  ['a part of a larger buffer', () => new Uint8Array(new Uint8Array([1, 2, 3, 4]).buffer, 1, 2), Uint8Array.of(2, 3)],
  ['null', () => null],
  ['an empty text', () => ''],
  ['half a surrogate pair', () => '\udfff'],
  ['a text that looks like a date', () => '2026-01-01T00:00:00.000Z'],
  ['an object that looks like a tag', () => ({ $date: '2026-01-01T00:00:00.000Z' })],
  ['an object without prototype', () => Object.assign(Object.create(null), { a: 1 }), { a: 1 }],
  ['an object of another realm', () => runInNewContext('({ a: [1] })'), { a: [1] }],
  [
    'an accessor',
    () => ({
      get a() {
        return 1;
      },
    }),
    { a: 1 },
  ],
  ['a frozen object', () => Object.freeze({ a: Object.freeze([1]) })],
  ['a proxy', () => new Proxy({ a: 1 }, {}), { a: 1 }],
  [
    'one object twice',
    () => {
      const one = { a: 1 };
      return { one, two: one };
    },
    { one: { a: 1 }, two: { a: 1 } },
  ],
  ['an undefined field', () => ({ a: undefined, b: 1 }), { b: 1 }],
  [
    'fields that are no data',
    () => Object.defineProperty({ a: 1, [Symbol('s')]: 2 }, 'hidden', { value: 3 }),
    { a: 1 },
  ],
  ['a field called toJSON', () => ({ toJSON: 'x' })],
  ['a field called then', () => Object.fromEntries([['then', 'x']])],
];

const refusedValues: readonly (readonly [what: string, make: () => unknown, inside?: string])[] = [
  ['an invalid Date', () => new Date(Number.NaN)],
  ['what only claims to be a Date', () => Object.create(Date.prototype)],
  ['a Date of another realm', () => runInNewContext('new Date(0)')],
  ['a Map', () => new Map([['a', 1]])],
  ['a Set', () => new Set([1])],
  ['a WeakMap', () => new WeakMap()],
  ['a Float64Array', () => new Float64Array(1)],
  ['a Uint8ClampedArray', () => new Uint8ClampedArray(1)],
  ['a DataView', () => new DataView(new ArrayBuffer(1))],
  ['an ArrayBuffer', () => new ArrayBuffer(1)],
  ['a RegExp', () => /x/],
  ['a function', () => () => 1],
  ['a class', () => Point],
  ['a symbol', () => Symbol('x')],
  ['a class instance', () => new Point()],
  ['an Error', () => new Error('x')],
  ['a promise', () => Promise.resolve(1)],
  ['a boxed number', () => new Number(1)],
  ['a boxed text', () => new String('x')],
  ['an object with a prototype of its own', () => Object.create({ a: 1 })],
  [
    'a revoked proxy',
    () => {
      const { proxy, revoke } = Proxy.revocable({}, {});
      revoke();
      return proxy;
    },
  ],
  ['a hole in an array', () => new Array(3).fill(1, 0, 1), '[1]'],
  ['undefined in an array', () => [undefined], '[0]'],
  [
    'a getter that throws',
    () => ({
      get bad() {
        throw new Error('boom');
      },
    }),
    '.bad',
  ],
  ['a Map deep inside', () => ({ a: [{ b: new Map() }] }), '.a[0].b'],
];

describe.each(places)('$name', ({ make }) => {
  test.each(keptValues.map(([what, make, reads]): [string, () => unknown, unknown] => [what, make, reads]))(
    '[ER5] %s is kept: it reads back equal, at once and after a restart',
    async (_what, value, reads) => {
      const place = make();
      const data = await place.open();
      const repo = repoOf(data);
      const expected = reads === undefined ? value() : reads;
      const ids = [
        repo.save({ field: value() }),
        ...repo.saveMany([{ field: value() }]),
        data.batch(() => repo.save({ id: 'own', field: value() })),
        (await repo.update(repo.save({ field: 0 }), { field: value() }))!.id,
        (await repo.update(repo.save({ field: 0 }), () => ({ field: value() })))!.id,
        await repo.move(repo.save({ field: 0 }), { field: value() }),
      ];
      const nested = repo.save({ list: [value()], object: { deep: value() } });
      const check = async (one: ReturnType<typeof repoOf>): Promise<void> => {
        for (const id of ids) expect(same((await one.get(id))?.['field'], expected), id).toBe(true);
        for (const { field } of await one.getAll({ ids })) expect(same(field, expected)).toBe(true);
        const { list, object } = (await one.get(nested)) as Record<string, unknown>;
        expect(same(list, [expected])).toBe(true);
        expect(same(object, { deep: expected })).toBe(true);
      };
      await check(repo);
      await data.flush();
      await data.unload();
      await check(repoOf(await place.open()));
    },
  );
});

test.each(refusedValues.map(([what, make, inside = '']): [string, () => unknown, string] => [what, make, inside]))(
  '[ER6] %s is refused with its path, by every way of writing, and nothing is written',
  async (_what, value, inside) => {
    const place = places[0]!.make();
    const data = await place.open();
    const repo = repoOf(data);
    const id = repo.save({ id: 'there', field: 'before' });
    const path = new RegExp(`^Task\\.field${inside.replace(/[[\].]/g, '\\$&')}: `);
    for (const call of [
      () => repo.save({ id: 'new', field: value() }),
      () => repo.save({ id, field: value() }),
      () => repo.saveMany([{ id: 'other' }, { id: 'new', field: value() }]),
      () => data.batch(() => repo.saveMany([{ id: 'other' }, { id: 'new', field: value() }])),
      () => repo.update(id, { field: value() }),
      () => repo.update(id, () => ({ field: value() })),
      () => repo.move(id, { field: value() }),
    ]) {
      expectRefusal(await outcomeOf(call), path, 'invalid-entity');
    }
    expectRefusal(
      await outcomeOf(() => repo.save({ field: [{ a: value() }] })),
      /^Task\.field\[0\]\.a/,
      'invalid-entity',
    );
    expect(await repo.getAll()).toMatchObject([{ id, field: 'before', version: 1 }]);
  },
);

const notEntities: readonly (readonly [what: string, make: () => unknown])[] = [
  ['undefined', () => undefined],
  ['null', () => null],
  ['a number', () => 5],
  ['a text', () => 'Alice'],
  ['a bigint', () => 5n],
  ['a symbol', () => Symbol('x')],
  ['a function', () => () => ({})],
  ['an array', () => [{ name: 'Alice' }]],
  ['a Map', () => new Map([['name', 'Alice']])],
  ['a Set', () => new Set()],
  ['a Date', () => new Date()],
  ['bytes', () => Uint8Array.of(1, 2)],
  ['a promise', () => Promise.resolve({ name: 'Alice' })],
  ['a RegExp', () => /x/],
  ['an Error', () => new Error('x')],
  ['a class instance', () => new Point()],
  ['an object with a prototype of its own', () => Object.create({ name: 'Alice' })],
];

test.each(notEntities)('[ER7] %s in place of an entity is refused, naming the entity', async (_what, make) => {
  const data = await places[0]!.make().open();
  const repo = repoOf(data);
  for (const call of [
    () => repo.save(make() as never),
    () => repo.saveMany([{}, make() as never]),
    () => data.batch(() => repo.save(make() as never)),
  ]) {
    expectRefusal(await outcomeOf(call), /Task/);
  }
  expect(await repo.count()).toBe(0);
});

test('[ER7] a list with holes is no list of entities', async () => {
  const repo = repoOf(await places[0]!.make().open());
  expectRefusal(await outcomeOf(() => repo.saveMany([{}, undefined as never, {}])), /Task/);
  expect(await repo.count()).toBe(0);
});

test('[ER5] what every object inherits by accident is no field of an entity', async () => {
  const repo = repoOf(await places[0]!.make().open());
  const everything = Object.prototype as { polluted?: unknown };
  everything.polluted = { by: 'somebody' };
  try {
    const id = repo.save({ list: [{ a: 1 }] });
    await repo.update(id, { b: 2 });
    const entity = repo.peek(id) as unknown as { list: object[] };
    expect(Object.keys(entity)).toEqual(['id', 'createdAt', 'updatedAt', 'version', 'list', 'b']);
    expect(Object.keys(entity.list[0]!)).toEqual(['a']);
    expect(Object.getPrototypeOf(entity)).toBe(everything);
  } finally {
    delete everything.polluted;
  }
});

test.each([undefined, null, 5, 'x', Symbol('x'), 1n])(
  '[ER8] %s in place of a patch is refused by update and move',
  async (bad) => {
    const repo = repoOf(await places[0]!.make().open());
    const id = repo.save({ a: 1 });
    expectRefusal(await outcomeOf(() => repo.update(id, bad as never)), /object with the fields to change/);
    expectRefusal(await outcomeOf(() => repo.update(id, () => bad as never)), /object with the fields to change/);
    expectRefusal(await outcomeOf(() => repo.move(id, bad as never)), /object with the fields to change/);
    expectRefusal(
      await outcomeOf(() => repo.update(id, (async () => ({})) as never)),
      /object with the fields to change/,
    );
    expect(await repo.get(id)).toMatchObject({ a: 1, version: 1 });
  },
);

test('[ER8] a patch cannot change what belongs to the library', async () => {
  const repo = repoOf(await places[0]!.make().open());
  const id = repo.save({ a: 1 });
  const before = (await repo.get(id))!;
  expectRefusal(await outcomeOf(() => repo.update(id, { id: 'other' } as never)), /an id cannot change/);
  const patch = { createdAt: new Date(0), updatedAt: new Date(0), version: 99, a: 2 } as never;
  expect(await repo.update(id, patch)).toMatchObject({ id, createdAt: before.createdAt, version: 2, a: 2 });
  expect((await repo.get(id))!.updatedAt.getTime()).toBeGreaterThan(before.updatedAt.getTime());
});

test.each<[string, unknown]>([
  ['a text', '2026-01-01'],
  ['a number', 5],
  ['an invalid Date', new Date(Number.NaN)],
  ['an object', {}],
])('[ER9] %s as createdAt is refused by name', async (_what, createdAt) => {
  const repo = repoOf(await places[0]!.make().open());
  for (const id of [undefined, 'own']) {
    expectRefusal(
      await outcomeOf(() => repo.save({ id, createdAt: createdAt as Date })),
      /Task\.createdAt/,
      'invalid-entity',
    );
  }
  expect(await repo.count()).toBe(0);
});

test('[ER9] updatedAt and version of what is saved are ignored, whatever they are', async () => {
  const repo = repoOf(await places[0]!.make().open());
  for (const odd of ['x', Number.NaN, null, new Map(), () => {}] as never[]) {
    const id = repo.save({ updatedAt: odd, version: odd });
    expect(await repo.get(id)).toMatchObject({ version: 1, updatedAt: expect.any(Date) });
  }
});
