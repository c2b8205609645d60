import type { AnyEntity } from '../../src/interfaces/Entity.ts';
import type { QueryOptions } from '../../src/interfaces/QueryOptions.ts';

// The rules written a second time, slowly and without a look at src/query, for the properties to compare with.

const kinds: readonly ((value: unknown) => boolean)[] = [
  (value) => typeof value === 'boolean',
  (value) => typeof value === 'number' || typeof value === 'bigint',
  (value) => typeof value === 'string',
  (value) => value instanceof Date,
  (value) => value instanceof Uint8Array,
  (value) => Array.isArray(value),
  (value) => value !== null && typeof value === 'object',
  () => true,
];

const kind = (value: unknown): number => kinds.findIndex((is) => is(value));

export function order(a: unknown, b: unknown): number {
  if (kind(a) !== kind(b)) return kind(a) - kind(b);
  if (a === null || a === undefined || b === null || b === undefined) return 0;
  if (a instanceof Date && b instanceof Date) return order(a.getTime(), b.getTime());
  if (a instanceof Uint8Array && b instanceof Uint8Array) return order([...a], [...b]);
  if (Array.isArray(a) && Array.isArray(b)) {
    if (a.length === 0 || b.length === 0) return a.length - b.length;
    return order(a[0], b[0]) || order(a.slice(1), b.slice(1));
  }
  if (typeof a === 'object' && typeof b === 'object') {
    const entries = (o: object) => Object.entries(o).sort(([x], [y]) => (x < y ? -1 : 1));
    return order(entries(a), entries(b));
  }
  if (Number.isNaN(a) || Number.isNaN(b)) return Number(Number.isNaN(b)) - Number(Number.isNaN(a));
  if ((a as number) === (b as number)) return 0;
  return (a as number) < (b as number) ? -1 : (a as number) > (b as number) ? 1 : 0;
}

const same = (a: unknown, b: unknown): boolean => order(a, b) === 0;

function read(entity: unknown, path: string): unknown {
  let value = entity;
  for (const step of path.split('.')) value = (value as Record<string, unknown> | undefined)?.[step];
  return value;
}

function holds(value: unknown, condition: unknown): boolean {
  const isOperators =
    condition !== null && typeof condition === 'object' && Object.keys(condition).some((key) => key.startsWith('$'));
  if (!isOperators) return same(value, condition);
  return Object.entries(condition).every(([operator, operand]) => {
    const alike = kind(value) === kind(operand);
    if (operator === '$eq') return same(value, operand);
    if (operator === '$ne') return !same(value, operand);
    if (operator === '$gt') return alike && order(value, operand) > 0;
    if (operator === '$gte') return alike && order(value, operand) >= 0;
    if (operator === '$lt') return alike && order(value, operand) < 0;
    if (operator === '$lte') return alike && order(value, operand) <= 0;
    if (operator === '$in') return operand.some((one: unknown) => same(value, one));
    if (operator === '$nin') return !operand.some((one: unknown) => same(value, one));
    if (operator === '$exists') return operand === (value !== undefined);
    if (operator === '$startsWith') return typeof value === 'string' && value.startsWith(operand);
    if (Array.isArray(value)) return value.some((item) => same(item, operand));
    return typeof value === 'string' && typeof operand === 'string' && value.includes(operand);
  });
}

export function matches(entity: AnyEntity, where: Readonly<Record<string, unknown>>): boolean {
  return Object.entries(where).every(([key, condition]) => {
    const list = condition as Record<string, unknown>[];
    if (key === '$and') return list.every((one) => matches(entity, one));
    if (key === '$or') return list.some((one) => matches(entity, one));
    if (key === '$not') return !matches(entity, condition as Record<string, unknown>);
    return holds(read(entity, key), condition);
  });
}

export function naiveQuery(options: QueryOptions, entities: readonly AnyEntity[]): AnyEntity[] {
  const { ids, where, sort, limit, offset = 0 } = options;
  const found = entities.filter((one) => (!ids || ids.includes(one.id)) && (!where || matches(one, where)));
  const byId = (a: AnyEntity, b: AnyEntity): number => (a.id < b.id ? -1 : 1);
  if (sort) {
    found.sort((a, b) => {
      for (const { field, direction } of sort) {
        const sign = direction === 'desc' ? -1 : 1;
        const found = order(read(a, field), read(b, field));
        if (found !== 0) return sign * found;
      }
      return byId(a, b);
    });
  } else if (ids) found.sort((a, b) => ids.indexOf(a.id) - ids.indexOf(b.id));
  else if (limit !== undefined || offset > 0) found.sort(byId);
  return found.slice(offset, limit === undefined ? undefined : offset + limit);
}
