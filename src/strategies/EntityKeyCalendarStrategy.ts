import { describe } from '../util/checkName.ts';
import { type CalendarUnit, isPeriod, periodOf, periodsBetween, spanOf, timeOf } from './calendar.ts';
import { checkFilters } from './checkFilters.ts';
import { type DateStrategyOptions, EntityKeyDateStrategy } from './EntityKeyDateStrategy.ts';
import { acceptKey, encodeText, fieldOf, globalKey, unusableValue } from './keyText.ts';
import { checkField, type KeyStrategyOptions, layoutOf } from './options.ts';

/** How long a partition is, and by which field. */
export interface CalendarStrategyOptions extends KeyStrategyOptions {
  readonly by: CalendarUnit;
  /** The field with the date. Default `createdAt`, which every entity has. */
  readonly field?: string;
  /** The clock for queries that say no time. */
  readonly now?: () => number;
}

/** One way to say which time a query reads; `from` and `to` belong together and are both included. */
export interface CalendarStrategyFilter extends DateStrategyOptions {
  /** As `2026-05`. */
  readonly months?: readonly string[] | undefined;
  /** As `2026-05-17`. */
  readonly days?: readonly string[] | undefined;
  readonly from?: Date | string | number | undefined;
  readonly to?: Date | string | number | undefined;
}

type Span = readonly [first: number, last: number];

const filterNames = ['years', 'months', 'days', 'from', 'to'] as const;
const units = { years: 'year', months: 'month', days: 'day' } as const;
const maxKeys = 100_000;

/**
 * One partition per entity name and UTC year, month or day: `Task.2026`, `Task.2026-05`, `Task.2026-05-17`. UTC, so
 * that all devices agree wherever they are. Entities without a date are in `global`.
 */
export class EntityKeyCalendarStrategy extends EntityKeyDateStrategy {
  readonly separator: string;
  readonly identifierLength: number;
  readonly by: CalendarUnit;
  readonly field: string;
  /** Entities mostly come in the period and of the name of the one before; the ISO text is what costs. */
  #last = { entityName: '', first: 0, last: -1, key: '' };

  constructor(options: CalendarStrategyOptions) {
    super(options);
    const { by, field = 'createdAt' } = options;
    const { separator, identifierLength } = layoutOf(options);
    if (!Object.values(units).includes(by)) {
      throw new TypeError(`Write by: 'year', 'month' or 'day'; got ${describe(by)}.`);
    }
    checkField('EntityKeyCalendarStrategy', field);
    this.separator = separator;
    this.identifierLength = identifierLength;
    this.by = by;
    this.field = field;
  }

  override getEntityKeyWithoutPrefix(entityName: string, entity: object): string {
    const value = fieldOf(entity, this.field);
    if (value === undefined || value === null) return globalKey;
    const time = timeOf(value);
    if (time === undefined) {
      throw unusableValue(
        this.field,
        value,
        'a Date, milliseconds, or an ISO text with its zone, in the years 0 to 9999',
      );
    }
    const last = this.#last;
    if (last.entityName === entityName && time >= last.first && time <= last.last) return last.key;
    const period = periodOf(time, this.by);
    const key = acceptKey(this.#key(entityName, period), this.separator, `the entity name ${describe(entityName)}`);
    const [first, end] = spanOf(period, this.by);
    this.#last = { entityName, first, last: end, key };
    return key;
  }

  override generateAllEntityKeys(prefix: string, entityName: string, year: number): string[] {
    const period = String(year).padStart(4, '0');
    if (!isPeriod(period, 'year')) throw new TypeError(`Write years from 0 to 9999; got ${describe(year)}.`);
    return this.#keysWithin(prefix, entityName, [spanOf(period, 'year')]);
  }

  override entityKeyFilter(prefix: string, entityName: string, options: CalendarStrategyFilter = {}): string[] {
    checkFilters('EntityKeyCalendarStrategy', options, filterNames);
    const { years, months, days, from, to } = options;
    const said = [years, months, days, from ?? to].filter((filter) => filter !== undefined);
    if (said.length > 1) throw new TypeError('Write one of years, months, days, or from and to; not several of them.');
    if (months !== undefined) return this.#keysWithin(prefix, entityName, spansOf('months', months));
    if (days !== undefined) return this.#keysWithin(prefix, entityName, spansOf('days', days));
    if (from === undefined && to === undefined) return super.entityKeyFilter(prefix, entityName, options);
    return this.#keysWithin(prefix, entityName, [spanBetween(from, to)]);
  }

  protected override yearOf(now: Date): number {
    return now.getUTCFullYear();
  }

  #keysWithin(prefix: string, entityName: string, spans: readonly Span[]): string[] {
    const periods = new Set<string>();
    for (const [first, last] of spans) {
      for (const period of periodsBetween(first, last, this.by, maxKeys)) periods.add(period);
    }
    if (periods.size > maxKeys) throw new TypeError(`Ask for a shorter time: this one has over ${maxKeys} partitions.`);
    return [...periods].map((period) => prefix + this.separator + this.#key(entityName, period));
  }

  #key(entityName: string, period: string): string {
    return encodeText(entityName, this.separator) + this.separator + period;
  }
}

function spansOf(filter: 'months' | 'days', periods: readonly string[]): Span[] {
  const unit = units[filter];
  if (Array.isArray(periods) && periods.every((period) => isPeriod(period, unit))) {
    return periods.map((period) => spanOf(period, unit));
  }
  const example = unit === 'month' ? '2026-05' : '2026-05-17';
  throw new TypeError(`Write ${filter} as an array of texts, { ${filter}: ['${example}'] }; got ${describe(periods)}.`);
}

function spanBetween(from: unknown, to: unknown): Span {
  const [first, last] = [timeOf(from), timeOf(to)];
  if (first !== undefined && last !== undefined && first <= last) return [first, last];
  throw new TypeError(
    'Write both from and to, as Dates, milliseconds or ISO texts with their zone, and from not after to; ' +
      `got ${describe(from)} and ${describe(to)}.`,
  );
}
