import type { AnyEntity } from '../interfaces/Entity.ts';
import { type Change, netChanges } from './Change.ts';
import { canonicalText, valueKey } from './canonicalText.ts';
import { type Comparator, compileSort } from './compileSort.ts';
import { compilePath, type ReadField } from './fieldPath.ts';
import { SortedList } from './SortedList.ts';

/** Entities grouped by the values of all fields but the last; each group in order of the last field, then id. */
export class FieldIndex {
  readonly fields: readonly string[];
  readonly lastField: string;
  readonly readLast: ReadField;
  readonly #leading: readonly ReadField[];
  readonly #compare: Comparator;
  readonly #groups = new Map<unknown, SortedList<AnyEntity>>();
  #size = 0;

  private constructor(fields: readonly string[]) {
    const lastField = fields.at(-1);
    if (lastField === undefined) throw new TypeError('an index needs at least one field');
    this.fields = [...fields];
    this.lastField = lastField;
    this.readLast = compilePath(lastField);
    this.#leading = fields.slice(0, -1).map(compilePath);
    this.#compare = compileSort([{ field: lastField }]);
  }

  static build(fields: readonly string[], source: Iterable<AnyEntity>): FieldIndex {
    const index = new FieldIndex(fields);
    index.#edit([], source);
    return index;
  }

  /** The group of these values of the leading fields, in their order. */
  group(values: readonly unknown[]): SortedList<AnyEntity> {
    return this.#groups.get(groupKey(values)) ?? this.#emptyList();
  }

  apply(changes: readonly Change[]): void {
    if (changes.length > 8 && changes.length * 8 > this.#size) {
      const net = netChanges(changes);
      const isThere = (one: AnyEntity | null): one is AnyEntity => one !== null;
      this.#edit(
        net.map((change) => change.previous).filter(isThere),
        net.map((change) => change.entity).filter(isThere),
      );
    } else for (const change of changes) this.#applyOne(change);
  }

  #applyOne({ previous, entity }: Change): void {
    const from = previous && this.#keyOf(previous);
    const to = entity && this.#keyOf(entity);
    if (previous && entity && from === to && this.#compare(previous, entity) === 0) {
      this.#groups.get(to)?.replace(entity);
      return;
    }
    const old = this.#groups.get(from);
    if (previous && old && old.remove(previous) >= 0) {
      this.#size--;
      if (old.length === 0) this.#groups.delete(from);
    }
    if (entity) {
      let list = this.#groups.get(to);
      if (!list) this.#groups.set(to, (list = this.#emptyList()));
      list.insert(entity);
      this.#size++;
    }
  }

  /** Many at once: one sort per group. */
  #edit(removed: Iterable<AnyEntity>, added: Iterable<AnyEntity>): void {
    const leaving = this.#byGroup(removed);
    const coming = this.#byGroup(added);
    for (const key of new Set([...leaving.keys(), ...coming.keys()])) {
      const list = this.#groups.get(key) ?? this.#emptyList();
      this.#size -= list.length;
      list.edit(leaving.get(key) ?? [], coming.get(key) ?? []);
      this.#size += list.length;
      if (list.length > 0) this.#groups.set(key, list);
      else this.#groups.delete(key);
    }
  }

  #byGroup(entities: Iterable<AnyEntity>): Map<unknown, AnyEntity[]> {
    const groups = new Map<unknown, AnyEntity[]>();
    for (const entity of entities) {
      const key = this.#keyOf(entity);
      const group = groups.get(key);
      if (group) group.push(entity);
      else groups.set(key, [entity]);
    }
    return groups;
  }

  #emptyList(): SortedList<AnyEntity> {
    return SortedList.from<AnyEntity>([], this.#compare);
  }

  #keyOf(entity: AnyEntity): unknown {
    const [only] = this.#leading;
    // The usual index has one leading field; it needs no array.
    return this.#leading.length === 1 ? valueKey(only!(entity)) : groupKey(this.#leading.map((read) => read(entity)));
  }
}

function groupKey(values: readonly unknown[]): unknown {
  return values.length === 1 ? valueKey(values[0]) : canonicalText(values);
}
