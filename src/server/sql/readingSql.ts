import type { ItemSet } from '../permissions/Access.ts';
import type { Reading } from '../SyncStore.ts';

/** The parameters of one statement, numbered as they are used. */
export class Params {
  readonly values: unknown[] = [];

  add(value: unknown): string {
    return `$${this.values.push(value)}`;
  }

  /** A list travels as one text: every client writes texts alike. */
  list(values: readonly unknown[]): string {
    return `${this.add(JSON.stringify(values))}::text::jsonb`;
  }
}

/** The condition for the rows that a question is about: in SQL what `isRead` is in memory. */
export function readingSql({ access, collections }: Reading, params: Params): string {
  const conditions = [itemsSql(access.allowed, params)];
  const denied = itemsSql(access.denied, params);
  if (denied !== 'false') conditions.push(`not (${denied})`);
  if (collections !== null) conditions.push(namesSql(collections, params));
  return conditions.map((condition) => `(${condition})`).join(' and ');
}

function itemsSql({ all, collections, items }: ItemSet, params: Params): string {
  if (all) return 'true';
  const conditions: string[] = [];
  if (collections.size > 0) conditions.push(namesSql([...collections], params));
  const pairs = [...items].flatMap(([name, ids]) => [...ids].map((id) => [name, id]));
  if (pairs.length > 0) {
    conditions.push(`(name, id) in (select e->>0, e->>1 from jsonb_array_elements(${params.list(pairs)}) e)`);
  }
  return conditions.length === 0 ? 'false' : conditions.join(' or ');
}

const namesSql = (names: readonly string[], params: Params): string =>
  `name in (select jsonb_array_elements_text(${params.list(names)}))`;
