import { systemBasics } from '../adapters/systemBasics.ts';
import type { IEntityKeyStrategy } from '../interfaces/IEntityKeyStrategy.ts';
import { describe } from '../util/checkName.ts';

/** Which years a query reads. Left out: the current one. */
export interface DateStrategyOptions {
  readonly years?: readonly number[] | undefined;
}

/**
 * The base for partitions by date. A subclass says which partition an entity belongs to, and which partitions one year
 * has: one key for a partition by year, twelve for one by month.
 */
export abstract class EntityKeyDateStrategy implements IEntityKeyStrategy<DateStrategyOptions> {
  abstract readonly separator: string;
  abstract readonly identifierLength: number;
  readonly #now: () => number;

  constructor({ now = systemBasics.now }: { readonly now?: () => number } = {}) {
    this.#now = now;
  }

  /** Must be pure: the same entity always gets the same key. Entities come with their `createdAt`. */
  // biome-ignore lint/suspicious/noExplicitAny: a strategy may read any field of any type
  abstract getEntityKeyWithoutPrefix(entityName: string, entity: any): string;

  /** All keys, with prefix, that entities of that year may have. */
  abstract generateAllEntityKeys(prefix: string, entityName: string, year: number): string[];

  // biome-ignore lint/suspicious/noExplicitAny: a strategy may read any field of any type
  getKey(entityName: string, entity: any): string {
    return this.getEntityKeyWithoutPrefix(entityName, entity);
  }

  entityKeyFilter(prefix: string, entityName: string, options: DateStrategyOptions = {}): string[] {
    const years = options.years ?? [this.yearOf(new Date(this.#now()))];
    if (!Array.isArray(years) || !years.every(Number.isInteger)) {
      throw new TypeError(`Write years as an array of whole numbers, { years: [2026] }; got ${describe(years)}.`);
    }
    return [...new Set(years)].flatMap((year) => this.generateAllEntityKeys(prefix, entityName, year));
  }

  /** For queries that say no year; by local time, as `getFullYear` in a subclass is. */
  protected yearOf(now: Date): number {
    return now.getFullYear();
  }
}
