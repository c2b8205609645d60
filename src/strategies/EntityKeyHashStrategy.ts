import type { IEntityKeyStrategy } from '../interfaces/IEntityKeyStrategy.ts';
import { describe } from '../util/checkName.ts';
import { checkFilters } from './checkFilters.ts';
import { acceptKey, encodeText, fieldOf, globalKey, type KeyFieldValue, scalarText, unusableValue } from './keyText.ts';
import { checkFilterField, filterValues, type KeyStrategyOptions, layoutOf, unusableFilter } from './options.ts';

/** How many partitions there are, and what decides. */
export interface HashStrategyOptions<Field extends string> extends KeyStrategyOptions {
  /** Into how many partitions each entity name is divided, 1 to 4096. To be chosen once: old ids keep their bucket. */
  readonly buckets: number;
  /** The field that decides. Left out: all fields that hold a scalar, and no query by value. */
  readonly field?: Field;
}

/** The buckets by number, or those of one value of the field or several. */
export type HashStrategyFilter<Field extends string> = { readonly buckets?: readonly number[] } & {
  readonly [F in Field]?: KeyFieldValue | readonly KeyFieldValue[];
};

/** Evenly filled partitions of each entity name, for large collections without a natural division. */
export class EntityKeyHashStrategy<Field extends string = never>
  implements IEntityKeyStrategy<HashStrategyFilter<Field>>
{
  readonly separator: string;
  readonly identifierLength: number;
  readonly field: Field | undefined;
  readonly buckets: number;

  constructor(options: HashStrategyOptions<Field>) {
    const { separator, identifierLength } = layoutOf(options);
    const { field, buckets } = options;
    if (!Number.isInteger(buckets) || buckets < 1 || buckets > 4096) {
      throw new TypeError(`Write buckets from 1 to 4096, such as { buckets: 16 }; got ${describe(buckets)}.`);
    }
    if (field !== undefined) checkFilterField('EntityKeyHashStrategy', field, ['buckets']);
    this.separator = separator;
    this.identifierLength = identifierLength;
    this.field = field;
    this.buckets = buckets;
  }

  getKey(entityName: string, entity: object): string {
    const key = this.#keyOf(entityName, entity);
    return acceptKey(key, this.separator, `the entity name ${describe(entityName)}`);
  }

  entityKeyFilter(prefix: string, entityName: string, options: HashStrategyFilter<Field> = {}): string[] {
    checkFilters('EntityKeyHashStrategy', options, this.field === undefined ? ['buckets'] : ['buckets', this.field]);
    const numbers = this.#bucketNumbers(options.buckets);
    const values = this.field === undefined ? undefined : filterValues(options, this.field);
    const keys = (numbers ?? []).map((bucket) => this.#join(entityName, bucket));
    for (const value of values ?? []) keys.push(this.#valueKey(entityName, value));
    if (numbers === undefined && values === undefined) keys.push(globalKey, ...this.#allKeys(entityName));
    return keys.map((key) => prefix + this.separator + key);
  }

  #keyOf(entityName: string, entity: object): string {
    if (this.field === undefined) return this.#bucketKey(entityName, contentText(entity));
    const value = fieldOf(entity, this.field);
    if (value === undefined || value === null) return globalKey;
    const text = scalarText(value);
    if (text === undefined) throw unusableValue(this.field, value, 'a text, a number, a boolean or a Date');
    return this.#bucketKey(entityName, text);
  }

  #valueKey(entityName: string, value: unknown): string {
    if (value === null) return globalKey;
    const text = scalarText(value);
    if (text === undefined) throw unusableFilter(String(this.field), value);
    return this.#bucketKey(entityName, text);
  }

  #bucketNumbers(numbers: unknown): readonly number[] | undefined {
    const isBucket = (n: unknown): boolean => Number.isInteger(n) && Number(n) >= 0 && Number(n) < this.buckets;
    if (numbers === undefined || (Array.isArray(numbers) && numbers.every(isBucket))) return numbers;
    throw new TypeError(
      `Write buckets as an array of numbers from 0 to ${this.buckets - 1}; got ${describe(numbers)}.`,
    );
  }

  #allKeys(entityName: string): string[] {
    return Array.from({ length: this.buckets }, (_, bucket) => this.#join(entityName, bucket));
  }

  #bucketKey(entityName: string, text: string): string {
    return this.#join(entityName, hashText(text) % this.buckets);
  }

  #join(entityName: string, bucket: number): string {
    const digits = String(this.buckets - 1).length;
    return encodeText(entityName, this.separator) + this.separator + String(bucket).padStart(digits, '0');
  }
}

/** Fields that change by themselves say nothing about where an entity belongs. */
const bookkeeping: ReadonlySet<string> = new Set(['id', 'updatedAt', 'version']);

function contentText(entity: object): string {
  const parts: string[] = [];
  for (const field of Object.keys(entity).sort()) {
    const text = bookkeeping.has(field) ? undefined : scalarText(fieldOf(entity, field));
    if (text !== undefined) parts.push(JSON.stringify([field, text]));
  }
  return parts.join();
}

/** FNV-1a with the last step of MurmurHash3, without which the low bits are uneven. Ids depend on it: never change it. */
function hashText(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
