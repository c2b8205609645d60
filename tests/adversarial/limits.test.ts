import { describe, expect, test } from 'vitest';
import { same } from '../blob/support.ts';
import { expectRefusal, guardPrototypes, outcomeOf, places, repoOf } from './support.ts';

guardPrototypes();

const maxDepth = 32;
const maxNodes = 10_000;
const maxBytes = 1_048_576;

/** A value such that an entity with it as a field has that many levels, the entity being the first. */
function nested(levels: number, isArray: boolean): unknown {
  let value: unknown = isArray ? [] : {};
  for (let level = 2; level < levels; level++) value = isArray ? [value] : { in: value };
  return value;
}

function deep(levels: number): unknown {
  let value: unknown = {};
  for (let level = 0; level < levels; level++) value = [value];
  return value;
}

const cycle = (): unknown => {
  const one: Record<string, unknown> = { list: [] };
  (one['list'] as unknown[]).push(one);
  return one;
};

const field = (value: unknown) => ({ id: 'x', field: value });
const many = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, i) => [`f${i}`, i]));

/** How many bytes this entity takes in a blob, counted without the library: JSON of the stored record. */
function bytesOf(fields: object): number {
  const at = '2026-01-01T00:00:00.001Z';
  return Buffer.byteLength(JSON.stringify({ ...fields, createdAt: at, updatedAt: at, version: 1 }));
}

/** An entity whose record takes exactly that many bytes. */
function sized(bytes: number, unit = 'x'): { id: string; text: string } {
  const empty = bytesOf({ id: 'x', text: '' });
  const each = Buffer.byteLength(JSON.stringify(unit)) - 2;
  const count = Math.floor((bytes - empty) / each);
  const text = unit.repeat(count) + 'x'.repeat(bytes - empty - count * each);
  expect(bytesOf({ id: 'x', text })).toBe(bytes);
  return { id: 'x', text };
}

const kept: readonly (readonly [what: string, make: () => { id: string }])[] = [
  ['31 levels of arrays', () => field(nested(maxDepth - 1, true))],
  ['32 levels of arrays', () => field(nested(maxDepth, true))],
  ['31 levels of objects', () => field(nested(maxDepth - 1, false))],
  ['32 levels of objects', () => field(nested(maxDepth, false))],
  ['9,999 fields', () => ({ ...many(maxNodes - 1), id: 'x' })],
  ['10,000 fields', () => ({ ...many(maxNodes), id: 'x' })],
  ['an array of 9,998 items', () => field(Array.from({ length: maxNodes - 2 }, () => 0))],
  ['an array of 9,999 items', () => field(Array.from({ length: maxNodes - 1 }, () => 0))],
  ['one byte under 1 MiB', () => sized(maxBytes - 1)],
  ['exactly 1 MiB', () => sized(maxBytes)],
  ['exactly 1 MiB in two-byte characters', () => sized(maxBytes, 'é')],
  ['exactly 1 MiB in escaped characters', () => sized(maxBytes, '\u0001')],
  ['exactly 1 MiB in halves of surrogate pairs', () => sized(maxBytes, '\ud800')],
  ['700 kB of bytes', () => field(new Uint8Array(700_000))],
  ['a bigint of 100,000 digits', () => field(10n ** 99_999n)],
];

const refused: readonly (readonly [what: string, make: () => Record<string, unknown>, names: RegExp])[] = [
  ['33 levels of arrays', () => field(nested(maxDepth + 1, true)), /^Task\.field(\[0\])+: it is nested deeper than 32/],
  [
    '33 levels of objects',
    () => field(nested(maxDepth + 1, false)),
    /^Task\.field(\.in)+: it is nested deeper than 32/,
  ],
  ['20,000 levels', () => field(deep(20_000)), /^Task\.field.*nested deeper than 32/],
  ['a cycle', () => field(cycle()), /^Task\.field.*contains itself/],
  [
    'an entity in itself',
    () => {
      const one: Record<string, unknown> = { id: 'x' };
      one['self'] = one;
      return one;
    },
    /^Task\.self.*contains itself/,
  ],
  ['10,001 fields', () => ({ ...many(maxNodes + 1), id: 'x' }), /^Task\.f10000: it has more than 10000 values/],
  [
    'an array of 10,000 items in a field',
    () => field(Array.from({ length: maxNodes }, () => 0)),
    /^Task\.field: it has more than 10000/,
  ],
  [
    'an array of a million items',
    () => field(Array.from({ length: 1_000_000 }, () => 0)),
    /^Task\.field: it has more than 10000/,
  ],
  [
    'an array of four thousand million holes',
    () => field(new Array(2 ** 32 - 1)),
    /^Task\.field: it has more than 10000/,
  ],
  [
    'few values many times',
    () => field(Array.from({ length: 200 }, () => many(100))),
    /^Task\.field\[\d+\].*more than 10000/,
  ],
  ['one byte over 1 MiB', () => sized(maxBytes + 1), /^Task: it takes 1048577 bytes and 1048576 are allowed/],
  ['one byte over 1 MiB in escaped characters', () => sized(maxBytes + 1, '\u0001'), /^Task: it takes 1048577 bytes/],
  [
    'one byte over 1 MiB in halves of surrogate pairs',
    () => sized(maxBytes + 1, '\ud800'),
    /^Task: it takes 1048577 bytes/,
  ],
  ['a text of 10 MB', () => field('x'.repeat(10_000_000)), /^Task: it takes 1\d{7} bytes/],
  ['800 kB of bytes, which are more as text', () => field(new Uint8Array(800_000)), /^Task: it takes 1\d{6} bytes/],
  ['a bigint of two million digits', () => field(1n << 6_650_000n), /^Task\.field: it takes more than 1048576 bytes/],
];

describe.each(places)('$name', ({ make }) => {
  test.each(kept)('[ER10] an entity with %s is within the limits and reads back equal', async (_what, entity) => {
    const place = make();
    const data = await place.open();
    const repo = repoOf(data);
    const [saved, moved] = [entity(), { ...entity(), id: 'y' }];
    expect(repo.save(saved)).toBe('x');
    expect(repo.saveMany([moved])).toEqual(['y']);
    const isEqual = async (one: typeof repo): Promise<void> => {
      for (const given of [saved, moved]) {
        const {
          createdAt: _c,
          updatedAt: _u,
          version: _v,
          ...rest
        } = (await one.get(given.id)) as Record<string, unknown>;
        expect(same(rest, given)).toBe(true);
      }
    };
    await isEqual(repo);
    await data.flush();
    await data.unload();
    await isEqual(repoOf(await place.open()));
  });
});

test.each(refused)('[ER10] an entity with %s is beyond the limits and is refused', async (_what, make, names) => {
  const data = await places[0]!.make().open();
  const repo = repoOf(data);
  repo.save({ id: 'x', a: 1 });
  const { id: _id, ...patch } = make() as { id: string };
  for (const call of [
    () => repo.save(make()),
    () => repo.saveMany([{ id: 'other' }, make()]),
    () => data.batch(() => repo.save(make())),
    () => repo.update('x', patch),
    () => repo.update('x', () => patch),
    () => repo.move('x', patch),
  ]) {
    const outcome = await outcomeOf(call);
    if (_what === '10,001 fields' || /bytes/.test(String(names))) expectRefusal(outcome, /^Task/, 'too-large');
    else expectRefusal(outcome, names, 'too-large');
  }
  expectRefusal(await outcomeOf(() => repo.save(make())), names, 'too-large');
  expect(await repo.getAll()).toMatchObject([{ id: 'x', a: 1, version: 1 }]);
});

test('[ER10] the limits hold for a record, not for a key: 300 entities of 1,000 values are fine', async () => {
  const place = places[0]!.make();
  const data = await place.open();
  const values = Array.from({ length: 1_000 }, (_, i) => i);
  repoOf(data).saveMany(Array.from({ length: 300 }, () => ({ values })));
  await data.flush();
  await data.unload();
  expect(await repoOf(await place.open()).count()).toBe(300);
});
