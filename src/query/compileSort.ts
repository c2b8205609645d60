import type { AnyEntity } from '../interfaces/Entity.ts';
import type { SortField } from '../interfaces/QueryOptions.ts';
import { isPlainObject } from '../util/isPlainObject.ts';
import { check } from './check.ts';
import { compareValues } from './compareValues.ts';
import { compilePath } from './fieldPath.ts';

export type Comparator = (a: AnyEntity, b: AnyEntity) => number;

/** The first field decides, then the next; the id, always ascending, settles what is left. So no two entities are equal. */
export function compileSort(sort: readonly SortField[]): Comparator {
  return sort.reduceRight<Comparator>(
    (next, { field, direction }) => {
      const read = compilePath(field);
      const sign = direction === 'desc' ? -1 : 1;
      return (a, b) => sign * compareValues(read(a), read(b)) || next(a, b);
    },
    (a, b) => compareValues(a.id, b.id),
  );
}

export function readSort(sort: unknown): readonly Required<SortField>[] {
  check(Array.isArray(sort), 'sort', "must be an array: [{ field: 'name' }]");
  return sort.map((entry, i) => readSortField(entry, `sort[${i}]`));
}

function readSortField(entry: unknown, path: string): Required<SortField> {
  check(isPlainObject(entry), path, "must be an object: { field: 'name' }");
  const { field, direction = 'asc' } = entry;
  check(typeof field === 'string', `${path}.field`, 'must be the name of a field');
  check(direction === 'asc' || direction === 'desc', `${path}.direction`, "must be 'asc' or 'desc'");
  const unknown = Object.keys(entry).find((key) => key !== 'field' && key !== 'direction');
  check(unknown === undefined, `${path}.${unknown}`, 'is not known; write { field, direction }');
  return { field, direction };
}
