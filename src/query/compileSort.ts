import type { AnyEntity } from '../interfaces/Entity.ts';
import type { SortField } from '../interfaces/QueryOptions.ts';
import { compareValues } from './compareValues.ts';
import { compilePath } from './fieldPath.ts';
import { isPlainObject } from './valueKind.ts';

export type Comparator = (a: AnyEntity, b: AnyEntity) => number;

/** By code unit, like every other text here: the same on every device, whatever its language. */
export function compareIds(a: AnyEntity, b: AnyEntity): number {
  return a.id < b.id ? -1 : a.id > b.id ? 1 : 0;
}

/** The first field decides, then the next; the id, always ascending, settles what is left. So no two entities are equal. */
export function compileSort(sort: readonly SortField[]): Comparator {
  if (!Array.isArray(sort))
    throw new TypeError(`sort must be an array, for example [{ field: 'name', direction: 'asc' }]`);
  return (sort as readonly unknown[])
    .map((entry, i) => readSortField(entry, `sort[${i}]`))
    .reduceRight<Comparator>(
      (next, { field, direction }) => compileField(field, direction === 'desc' ? -1 : 1, next),
      compareIds,
    );
}

export function readSortField(entry: unknown, path: string): Required<SortField> {
  if (!isPlainObject(entry))
    throw new TypeError(`${path} must be an object, for example { field: 'name', direction: 'asc' }`);
  const { field, direction = 'asc' } = entry;
  if (typeof field !== 'string') throw new TypeError(`${path}.field must be the name of a field`);
  if (direction !== 'asc' && direction !== 'desc') throw new TypeError(`${path}.direction must be 'asc' or 'desc'`);
  const unknownKey = Object.keys(entry).find((key) => key !== 'field' && key !== 'direction');
  if (unknownKey !== undefined) throw new TypeError(`${path}.${unknownKey} is not known; write { field, direction }`);
  return { field, direction };
}

function compileField(field: string, sign: 1 | -1, next: Comparator): Comparator {
  const read = compilePath(field);
  return (a, b) => {
    const x = read(a);
    const y = read(b);
    if (x === y) return next(a, b);
    // NaN is neither below nor above, so it falls through to the full comparison.
    if ((typeof x === 'number' && typeof y === 'number') || (typeof x === 'string' && typeof y === 'string')) {
      if (x < y) return -sign;
      if (x > y) return sign;
    }
    const order = compareValues(x, y);
    return order === 0 ? next(a, b) : order * sign;
  };
}
