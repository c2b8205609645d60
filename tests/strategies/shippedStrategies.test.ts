import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EntityKeyHandler } from '../../src/EntityKeyHandler.ts';
import { TierSyncError } from '../../src/errors.ts';
import type { IEntityKeyStrategy } from '../../src/interfaces/IEntityKeyStrategy.ts';
import {
  type CalendarStrategyFilter,
  EntityKeyCalendarStrategy,
} from '../../src/strategies/EntityKeyCalendarStrategy.ts';
import { EntityKeyFieldStrategy } from '../../src/strategies/EntityKeyFieldStrategy.ts';
import { EntityKeyGlobalStrategy } from '../../src/strategies/EntityKeyGlobalStrategy.ts';
import { EntityKeyHashStrategy } from '../../src/strategies/EntityKeyHashStrategy.ts';
import { decodeValue, encodeValue } from '../../src/strategies/keyText.ts';
import { checkedStrategy } from '../../src/util/checkedStrategy.ts';

const at = (iso: string): Date => new Date(iso);
const handler = (strategy: IEntityKeyStrategy) =>
  new EntityKeyHandler({ prefix: 'app', strategy: checkedStrategy(strategy), createId: (size) => 'x'.repeat(size) });

describe('EntityKeyGlobalStrategy', () => {
  it('[EK12] everything is in global', () => {
    const keys = handler(new EntityKeyGlobalStrategy());
    expect(keys.generateId('Task', { any: 1 })).toBe(`global.${'x'.repeat(21)}`);
    expect(keys.keysFor('Task')).toEqual(['app.global']);
    expect(keys.keyOf('my-own-id')).toBe('app.global');
  });
});

describe('EntityKeyFieldStrategy', () => {
  const strategy = new EntityKeyFieldStrategy('projectId', { identifierLength: 3 });

  it('[EK13] the value of the field is the key, for all entity names', () => {
    expect(handler(strategy).generateId('Task', { projectId: 'p1' })).toBe('p1.xxx');
    expect(handler(strategy).generateId('Note', { projectId: 'p1' })).toBe('p1.xxx');
  });

  it('[EK13] an entity without the field, or with null, is in global', () => {
    expect(strategy.getKey('Task', {})).toBe('global');
    expect(strategy.getKey('Task', { projectId: null })).toBe('global');
    expect(strategy.getKey('Task', { projectId: undefined })).toBe('global');
    expect(new EntityKeyFieldStrategy('toString').getKey('Task', {})).toBe('global');
  });

  it.each([
    ['plain-Value_1', 'plain-Value_1'],
    ['Größe', 'Größe'],
    ['a.b', 'a%2Eb'],
    ['a b@c', 'a%20b%40c'],
    ['$x', '%24x'],
    ['', '%'],
    ['global', '%67lobal'],
    ['%n5', '%25n5'],
    [5, '%n5'],
    [-1.5, '%n-1%2E5'],
    [10n, '%i10'],
    [true, '%otrue'],
    [new Date(0), '%t0'],
  ])('[EK13] odd values are encoded, case %#', (value, key) => {
    expect(strategy.getKey('Task', { projectId: value })).toBe(key);
    expect(strategy.fieldValue(key)).toEqual(value);
  });

  it('[EK13] property: no two values share a key, and the value can be had back', () => {
    const value = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.double().filter((n) => !Object.is(n, -0)),
      fc.bigInt(),
      fc.boolean(),
      fc.date({ noInvalidDate: true }),
      fc.constantFrom('global', '', '%', '%n5', '%t0', 'true', '5'),
    );
    fc.assert(
      fc.property(value, fc.constantFrom('.', '/', '::', 'ß', '·'), (given, separator) => {
        const key = encodeValue(given, separator)!;
        expect(decodeValue(key)).toEqual(given);
        expect(key).not.toContain(separator);
        expect(key).not.toMatch(/^\$|^global$/);
      }),
    );
  });

  it.each([{ a: 1 }, ['p1'], new Date(Number.NaN), Symbol('s'), () => 1, '\ud800', 'x'.repeat(129)])(
    '[EK13] a value that no key can be made of is refused, case %#',
    (projectId) => {
      expect(codeOf(() => strategy.getKey('Task', { projectId }))).toBe('invalid-name');
    },
  );

  it('[EK14] the filter bears the name of the field and takes one value or several', () => {
    const keys = handler(strategy);
    expect(keys.keysFor('Task', { projectId: 'p1' })).toEqual(['app.p1']);
    expect(keys.keysFor('Task', { projectId: ['p1', 'a.b', 5, null, 'p1'] })).toEqual([
      'app.p1',
      'app.a%2Eb',
      'app.%n5',
      'app.global',
    ]);
    expect(strategy.entityKeyFilter('app', 'Task', { projectId: [] })).toEqual([]);
    expect(strategy.entityKeyFilter('app', 'Task')).toEqual(['app.global']);
  });

  it('[EK14] an undefined or unusable filter is a TypeError', () => {
    for (const projectId of [undefined, [undefined], {}, [[]], '\ud800']) {
      expect(() => strategy.entityKeyFilter('app', 'Task', { projectId } as never)).toThrow(TypeError);
    }
  });

  it('[EK14] a field whose name already means something in a query is a TypeError', () => {
    for (const field of ['ids', 'where', 'sort', 'limit', 'offset', '', 7]) {
      expect(() => new EntityKeyFieldStrategy(field as string)).toThrow(TypeError);
    }
  });
});

describe('EntityKeyHashStrategy', () => {
  const byEmail = new EntityKeyHashStrategy({ field: 'email', buckets: 16 });

  it('[EK15] the bucket of a value never changes', () => {
    const buckets = ['alice@example.com', 'bob@example.com', '', 'Größe', 5, '5', true, 7n, new Date(0)].map((email) =>
      byEmail.getKey('User', { email }),
    );
    expect(buckets).toMatchInlineSnapshot(`
      [
        "User.05",
        "User.13",
        "User.10",
        "User.08",
        "User.13",
        "User.07",
        "User.05",
        "User.02",
        "User.04",
      ]
    `);
  });

  it('[EK15] an entity without the field is in global, one with an object in it is refused', () => {
    expect(byEmail.getKey('User', {})).toBe('global');
    expect(byEmail.getKey('User', { email: null })).toBe('global');
    expect(codeOf(() => byEmail.getKey('User', { email: {} }))).toBe('invalid-name');
  });

  it('[EK15] only the field decides; without one, all fields with a scalar except the bookkeeping', () => {
    expect(byEmail.getKey('User', { email: 'a', name: 'x' })).toBe(byEmail.getKey('User', { name: 'y', email: 'a' }));
    const byAll = new EntityKeyHashStrategy({ buckets: 4096 });
    const entity = { title: 'a', n: 1, createdAt: new Date(5), nested: { x: 1 } };
    const key = byAll.getKey('Task', entity);
    expect(byAll.getKey('Task', { ...entity, nested: { x: 2 }, id: 'i', version: 3 })).toBe(key);
    expect(byAll.getKey('Task', { createdAt: new Date(5), n: 1, title: 'a', updatedAt: new Date(9) })).toBe(key);
    expect(byAll.getKey('Task', { ...entity, title: 'b' })).not.toBe(key);
    expect(byAll.getKey('Task', { ...entity, n: '1' })).not.toBe(key);
  });

  it('[EK15] the buckets fill evenly', () => {
    const counts = new Map<string, number>();
    for (let i = 0; i < 16_000; i++) {
      const key = byEmail.getKey('User', { email: `user${i}@example.com` });
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
    expect(counts.size).toBe(16);
    for (const count of counts.values()) expect(Math.abs(count - 1000)).toBeLessThan(200);
  });

  it('[EK15] filters are the value of the field, or bucket numbers; without any, all keys', () => {
    const keys = handler(byEmail);
    const [key] = keys.keysFor('User', { email: 'alice@example.com' });
    expect(key).toBe(`app.${byEmail.getKey('User', { email: 'alice@example.com' })}`);
    expect(keys.keysFor('User', { email: ['a', null] })).toContain('app.global');
    expect(keys.keysFor('User', { buckets: [0, 15] })).toEqual(['app.User.00', 'app.User.15']);
    expect(keys.keysFor('User')).toHaveLength(17);
    expect(keys.keysFor('User', { buckets: [] })).toEqual([]);
  });

  it('[EK15] bad buckets, fields and filters are TypeErrors', () => {
    for (const buckets of [0, 4097, 1.5, '16', undefined]) {
      expect(() => new EntityKeyHashStrategy({ buckets: buckets as number })).toThrow(/\{ buckets: 16 \}/);
    }
    expect(() => new EntityKeyHashStrategy({ buckets: 2, field: 'buckets' })).toThrow(TypeError);
    expect(() => byEmail.entityKeyFilter('app', 'User', { buckets: [16] })).toThrow(TypeError);
    expect(() => byEmail.entityKeyFilter('app', 'User', { buckets: 1 as never })).toThrow(TypeError);
    expect(() => byEmail.entityKeyFilter('app', 'User', { email: undefined as never })).toThrow(TypeError);
    expect(() => byEmail.entityKeyFilter('app', 'User', { email: {} as never })).toThrow(TypeError);
  });
});

describe('EntityKeyCalendarStrategy', () => {
  const keyBy = (by: 'year' | 'month' | 'day', entity: object, field?: string) =>
    new EntityKeyCalendarStrategy({ by, ...(field === undefined ? {} : { field }) }).getKey('Task', entity);

  it('[EK16] the key is the name and the UTC year, month or day of the field', () => {
    const createdAt = at('2026-05-17T23:59:59.999Z');
    expect(keyBy('year', { createdAt })).toBe('Task.2026');
    expect(keyBy('month', { createdAt })).toBe('Task.2026-05');
    expect(keyBy('day', { createdAt })).toBe('Task.2026-05-17');
    expect(keyBy('day', { createdAt, due: at('2027-01-01T00:00:00Z') }, 'due')).toBe('Task.2027-01-01');
  });

  it('[EK16] the zone of the device makes no difference', () => {
    const zone = process.env['TZ'];
    try {
      for (const name of ['UTC', 'Pacific/Auckland', 'America/Los_Angeles']) {
        process.env['TZ'] = name;
        expect(keyBy('year', { createdAt: at('2026-12-31T23:30:00Z') })).toBe('Task.2026');
        expect(keyBy('year', { createdAt: at('2027-01-01T00:30:00Z') })).toBe('Task.2027');
      }
    } finally {
      if (zone === undefined) delete process.env['TZ'];
      else process.env['TZ'] = zone;
    }
  });

  it('[EK16] property: what was asked before makes no difference', () => {
    const moment = fc.tuple(fc.constantFrom('Task', 'Note'), fc.integer({ min: -5e9, max: 5e9 }));
    fc.assert(
      fc.property(fc.constantFrom('year', 'month', 'day'), fc.array(moment, { maxLength: 30 }), (by, moments) => {
        const asked = new EntityKeyCalendarStrategy({ by });
        for (const [name, createdAt] of moments) {
          const fresh = new EntityKeyCalendarStrategy({ by });
          expect(asked.getKey(name, { createdAt })).toBe(fresh.getKey(name, { createdAt }));
        }
      }),
    );
  });

  it('[EK16] milliseconds and ISO texts that say their zone are dates too; without a date, global', () => {
    expect(keyBy('day', { createdAt: Date.UTC(2026, 4, 17) })).toBe('Task.2026-05-17');
    expect(keyBy('day', { createdAt: '2026-05-17' })).toBe('Task.2026-05-17');
    expect(keyBy('day', { createdAt: '2026-05-17T23:00:00-02:00' })).toBe('Task.2026-05-18');
    expect(keyBy('day', {})).toBe('global');
    expect(keyBy('day', { createdAt: null })).toBe('global');
  });

  it.each([
    '2026-05-17T12:00',
    'tomorrow',
    '',
    new Date(Number.NaN),
    {},
    true,
    8.65e15,
    Number.NaN,
    at('+012026-01-01T00:00:00Z'),
  ])('[EK16] what is no date is refused, case %#', (createdAt) => {
    expect(codeOf(() => keyBy('year', { createdAt }))).toBe('invalid-name');
  });

  const filtered = (by: 'year' | 'month' | 'day', filter?: CalendarStrategyFilter) =>
    new EntityKeyCalendarStrategy({ by, now: () => Date.parse('2026-12-31T23:59:00Z') }).entityKeyFilter(
      'app',
      'Task',
      filter,
    );

  it('[EK17] years, months, days, or from and to, whatever the unit of the partitions', () => {
    expect(filtered('year', { years: [2025, 2026] })).toEqual(['app.Task.2025', 'app.Task.2026']);
    expect(filtered('month', { years: [2026] })).toHaveLength(12);
    expect(filtered('day', { years: [2028] })).toHaveLength(366);
    expect(filtered('year', { months: ['2026-05', '2026-06'] })).toEqual(['app.Task.2026']);
    expect(filtered('month', { months: ['2026-05'] })).toEqual(['app.Task.2026-05']);
    expect(filtered('day', { months: ['2027-02'] })).toHaveLength(28);
    expect(filtered('month', { days: ['2026-05-17'] })).toEqual(['app.Task.2026-05']);
    expect(filtered('day', { from: at('2026-02-27T12:00:00Z'), to: '2026-03-01' })).toEqual([
      'app.Task.2026-02-27',
      'app.Task.2026-02-28',
      'app.Task.2026-03-01',
    ]);
    expect(filtered('year', { years: [5] })).toEqual(['app.Task.0005']);
  });

  it('[EK17] without a filter, the current UTC year', () => {
    expect(filtered('year')).toEqual(['app.Task.2026']);
    expect(filtered('month', {})).toHaveLength(12);
  });

  it.each([
    { months: [5] },
    { months: ['2026-13'] },
    { months: '2026-05' },
    { days: ['2026-02-30'] },
    { days: ['2026-05'] },
    { years: ['2026'] },
    { years: [12026] },
    { from: '2026-01-01' },
    { to: '2026-01-01' },
    { from: '2026-01-02', to: '2026-01-01' },
    { from: 'x', to: 'y' },
    { years: [2026], months: ['2026-05'] },
    { from: '0000-01-01', to: '9999-12-31' },
  ])('[EK17] a filter that says no time is a TypeError: %j', (filter) => {
    expect(() => filtered('day', filter as CalendarStrategyFilter)).toThrow(TypeError);
  });

  it('[EK17] property: a time between from and to is in one of the keys, and no key is too many', () => {
    const time = fc.integer({ min: Date.UTC(1960, 0, 1), max: Date.UTC(2060, 0, 1) });
    fc.assert(
      fc.property(time, time, time, fc.constantFrom('year', 'month', 'day'), (a, b, c, by) => {
        const [from, createdAt, to] = [a, b, c].sort((x, y) => x - y) as [number, number, number];
        const keys = filtered(by, { from, to });
        expect(keys).toContain(`app.${keyBy(by, { createdAt })}`);
        expect(keys[0]).toBe(`app.${keyBy(by, { createdAt: from })}`);
        expect(keys.at(-1)).toBe(`app.${keyBy(by, { createdAt: to })}`);
      }),
    );
  });
});

describe('all shipped strategies', () => {
  const strategies: readonly [string, IEntityKeyStrategy][] = [
    ['global', new EntityKeyGlobalStrategy()],
    ['field', new EntityKeyFieldStrategy('kind')],
    ['hash', new EntityKeyHashStrategy({ field: 'kind', buckets: 7 })],
    ['hash of all', new EntityKeyHashStrategy({ buckets: 7 })],
    ['year', new EntityKeyCalendarStrategy({ by: 'year' })],
    ['month', new EntityKeyCalendarStrategy({ by: 'month' })],
    ['day', new EntityKeyCalendarStrategy({ by: 'day' })],
  ];
  const entity = fc.record(
    {
      kind: fc.oneof(fc.string(), fc.integer(), fc.constant(null)),
      createdAt: fc.date({ min: at('1900-01-01'), max: at('2100-01-01'), noInvalidDate: true }),
    },
    { requiredKeys: ['createdAt'] },
  );
  const name = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 10 });

  it.each(strategies)('[EK18] property: %s: same entity, same key; and the key makes a valid id', (_, strategy) => {
    const keys = handler(strategy);
    fc.assert(
      fc.property(entity, name, (value, entityName) => {
        // Ten characters may be too long for a key, once they are escaped.
        fc.pre(!/[\p{Cc}\p{Cs}]/u.test(entityName) && Buffer.byteLength(encodeURIComponent(entityName)) <= 100);
        const id = keys.generateId(entityName, value);
        expect(keys.generateId(entityName, structuredClone(value))).toBe(id);
        keys.checkId(id);
        expect(keys.keyOf(id)).toBe(keys.entityKey(strategy.getKey(entityName, value)));
      }),
    );
  });

  it.each(strategies)('[EK18] %s: an unknown filter is a TypeError, an undefined one is not', (_, strategy) => {
    expect(() => strategy.entityKeyFilter('app', 'Task', { colour: 'red' } as object)).toThrow(/"colour"/);
    expect(() => strategy.entityKeyFilter('app', 'Task', { colour: undefined } as object)).not.toThrow();
  });

  it('[EK18] separator and identifierLength are options with defaults, and checked', () => {
    const make = [
      (o: object) => new EntityKeyGlobalStrategy(o),
      (o: object) => new EntityKeyFieldStrategy('f', o),
      (o: object) => new EntityKeyHashStrategy({ buckets: 2, ...o }),
      (o: object) => new EntityKeyCalendarStrategy({ by: 'year', ...o }),
    ];
    for (const create of make) {
      expect(create({})).toMatchObject({ separator: '.', identifierLength: 21 });
      expect(create({ separator: '/', identifierLength: 8 })).toMatchObject({ separator: '/', identifierLength: 8 });
      for (const bad of [{ separator: '-' }, { separator: '%' }, { identifierLength: 0 }]) {
        expect(() => create(bad)).toThrow(TypeError);
      }
    }
    expect(() => new EntityKeyCalendarStrategy({ by: 'week' as 'day' })).toThrow(/'year', 'month' or 'day'/);
  });

  it('[EK18] a name too long for a key is refused as data, not as misuse', () => {
    expect(
      codeOf(() => new EntityKeyCalendarStrategy({ by: 'day' }).getKey('x'.repeat(120), { createdAt: new Date(0) })),
    ).toBe('invalid-name');
    expect(codeOf(() => new EntityKeyHashStrategy({ buckets: 9 }).getKey('x'.repeat(128), {}))).toBe('invalid-name');
  });
});

function codeOf(act: () => void): string | undefined {
  try {
    act();
  } catch (error) {
    return error instanceof TierSyncError ? error.code : String(error);
  }
  return undefined;
}
