import { describe, expect, it } from 'vitest';
import { EntityKeyHandler } from '../../src/EntityKeyHandler.ts';
import { type DateStrategyOptions, EntityKeyDateStrategy } from '../../src/strategies/EntityKeyDateStrategy.ts';
import { checkedStrategy } from '../../src/util/checkedStrategy.ts';

// As printed in the original Quick Start; only `Date.now` became a fixed time.
class YearStrategy extends EntityKeyDateStrategy {
  separator = '.';
  identifierLength = 8;
  // biome-ignore lint/suspicious/noExplicitAny: as printed originally
  getEntityKeyWithoutPrefix(entityName: string, entity: any) {
    const year = new Date(entity.createdAt || 0).getFullYear();
    return `${entityName}.${year}`;
  }
  generateAllEntityKeys(prefix: string, entityName: string, year: number) {
    return [`${prefix}.${entityName}.${year}`];
  }
}

const twoDigits = (n: number): string => String(n).padStart(2, '0');

/** Month partitions: the key says the month, and a year has twelve keys. */
class MonthStrategy extends EntityKeyDateStrategy {
  separator = '.';
  identifierLength = 8;
  getEntityKeyWithoutPrefix(entityName: string, entity: { createdAt: Date }): string {
    return `${entityName}.${entity.createdAt.getUTCFullYear()}.${twoDigits(entity.createdAt.getUTCMonth() + 1)}`;
  }
  generateAllEntityKeys(prefix: string, entityName: string, year: number): string[] {
    return Array.from({ length: 12 }, (_, month) => `${prefix}.${entityName}.${year}.${twoDigits(month + 1)}`);
  }
}

/** Day partitions, with a filter of their own beside `years`. */
class DayStrategy extends EntityKeyDateStrategy {
  separator = '/';
  identifierLength = 8;
  getEntityKeyWithoutPrefix(_entityName: string, entity: { createdAt: Date }): string {
    return entity.createdAt.toISOString().slice(0, 10);
  }
  generateAllEntityKeys(prefix: string, _entityName: string, year: number): string[] {
    const keys: string[] = [];
    for (let day = Date.UTC(year, 0, 1); day < Date.UTC(year + 1, 0, 1); day += 86_400_000) {
      keys.push(`${prefix}/${new Date(day).toISOString().slice(0, 10)}`);
    }
    return keys;
  }
  override entityKeyFilter(
    prefix: string,
    entityName: string,
    options: DateStrategyOptions & { days?: string[] } = {},
  ) {
    return options.days?.map((day) => `${prefix}/${day}`) ?? super.entityKeyFilter(prefix, entityName, options);
  }
}

const handler = (strategy: EntityKeyDateStrategy) =>
  new EntityKeyHandler({ prefix: 'app', strategy: checkedStrategy(strategy), createId: (size) => 'x'.repeat(size) });
const createdAt = new Date('2026-05-17T12:00:00Z');

describe('EntityKeyDateStrategy', () => {
  it('[EK10] the original YearStrategy works as printed', () => {
    const keys = handler(new YearStrategy());
    expect(keys.generateId('User', { name: 'Alice', createdAt })).toBe('User.2026.xxxxxxxx');
    expect(keys.keysFor('User', { years: [2025, 2026, 2025] })).toEqual(['app.User.2025', 'app.User.2026']);
    expect(keys.keysFor('User', { years: [] })).toEqual([]);
  });

  it('[EK10] without years a query means the current one, by the clock that was handed in', () => {
    const strategy = new YearStrategy({ now: () => Date.parse('2031-07-01T00:00:00Z') });
    expect(strategy.entityKeyFilter('app', 'User')).toEqual(['app.User.2031']);
    expect(strategy.entityKeyFilter('app', 'User', {})).toEqual(['app.User.2031']);
    expect(strategy.entityKeyFilter('app', 'User', { years: undefined })).toEqual(['app.User.2031']);
    expect(new YearStrategy().entityKeyFilter('app', 'User')).toHaveLength(1);
  });

  it.each([2026, ['2026'], [20.5], [Number.NaN], null, {}])(
    '[EK10] years that are no array of whole numbers are a TypeError: %j',
    (years) => {
      const act = () => new YearStrategy().entityKeyFilter('app', 'User', { years } as DateStrategyOptions);
      if (years === null) return void expect(act).not.toThrow();
      expect(act).toThrow(/\{ years: \[2026\] \}/);
    },
  );

  it('[EK11] partitions by month and by day are made by extending it', () => {
    const month = handler(new MonthStrategy());
    expect(month.keyOf(month.generateId('Task', { createdAt }))).toBe('app.Task.2026.05');
    expect(month.keysFor('Task', { years: [2025, 2026] })).toHaveLength(24);
    const day = handler(new DayStrategy());
    expect(day.keyOf(day.generateId('Task', { createdAt }))).toBe('app/2026-05-17');
    expect(day.keysFor('Task', { years: [2028] })).toHaveLength(366);
    expect(day.keysFor('Task', { days: ['2026-05-17'] })).toEqual(['app/2026-05-17']);
  });

  it('[EK11] the keys of a year hold the key of every entity of that year', () => {
    for (const strategy of [new YearStrategy(), new MonthStrategy(), new DayStrategy()]) {
      const keys = handler(strategy);
      expect(keys.keysFor('Task', { years: [2026] })).toContain(keys.keyOf(keys.generateId('Task', { createdAt })));
    }
  });
});
