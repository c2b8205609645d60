import type { AnyEntity } from '../interfaces/Entity.ts';
import { groupBy } from '../util/groupBy.ts';
import { type Change, differenceOf } from './Change.ts';
import { canonicalText, valueKey } from './canonicalText.ts';
import { check } from './check.ts';
import { type Comparator, compileSort } from './compileSort.ts';
import { compilePath, type ReadField } from './fieldPath.ts';
import { SortedList } from './SortedList.ts';

type Group = SortedList<AnyEntity>;

/** Entities grouped by the values of all fields but the last; each group in order of the last field, then id. */
export class FieldIndex {
  readonly leading: readonly string[];
  readonly last: string;
  readonly readLast: ReadField;
  readonly #keyOf: (entity: AnyEntity) => unknown;
  readonly #compare: Comparator;
  readonly #groups = new Map<unknown, Group>();

  private constructor(fields: readonly string[]) {
    const last = fields.at(-1);
    check(last !== undefined, 'an index', 'needs at least one field');
    this.leading = fields.slice(0, -1);
    this.last = last;
    this.readLast = compilePath(last);
    const reads = this.leading.map(compilePath);
    this.#keyOf = (entity) => groupKey(reads.map((read) => read(entity)));
    this.#compare = compileSort([{ field: last }]);
  }

  static build(fields: readonly string[], source: Iterable<AnyEntity>): FieldIndex {
    const index = new FieldIndex(fields);
    index.#edit(source, (list, group) => list.edit([], group));
    return index;
  }

  /** The group of these values of the leading fields, in their order. */
  group(values: readonly unknown[]): Group {
    return this.#list(groupKey(values));
  }

  apply(changes: readonly Change[]): void {
    const { removed, added } = differenceOf(changes, null);
    this.#edit(removed, (list, group) => list.edit(group, []));
    this.#edit(added, (list, group) => list.edit([], group));
  }

  #edit(entities: Iterable<AnyEntity>, edit: (list: Group, entities: readonly AnyEntity[]) => void): void {
    for (const [key, ofGroup] of groupBy(entities, this.#keyOf)) {
      const list = this.#list(key);
      edit(list, ofGroup);
      if (list.length > 0) this.#groups.set(key, list);
      else this.#groups.delete(key);
    }
  }

  #list(key: unknown): Group {
    return this.#groups.get(key) ?? new SortedList(this.#compare);
  }
}

function groupKey(values: readonly unknown[]): unknown {
  // The usual index has one leading field, and its values are keys without being written as text.
  return values.length === 1 ? valueKey(values[0]) : canonicalText(values);
}
