import type { AnyEntity } from '../interfaces/Entity.ts';
import type { Where } from '../interfaces/QueryOptions.ts';
import { compileCondition, equals, isCondition, type Test } from './compileCondition.ts';
import { compilePath, isUnguarded } from './fieldPath.ts';
import { takeValue } from './takeValue.ts';
import { isPlainObject } from './valueKind.ts';

export type Predicate = (entity: AnyEntity) => boolean;

/** One predicate for a `where`. Anything that it does not understand is a TypeError here, not an empty result later. */
export function compileWhere(where: Where): Predicate {
  return compileTaken(takeValue(where, 'where'), 'where');
}

/** The same for a `where` that `takeValue` has checked and copied. */
export function compileTaken(where: unknown, path: string): Predicate {
  if (!isPlainObject(where)) throw new TypeError(`${path} must be an object of fields, for example { status: 'open' }`);
  return every(Object.entries(where).map(([key, value]) => compileEntry(key, value, `${path}.${key}`)));
}

function compileEntry(key: string, value: unknown, path: string): Predicate {
  if (!key.startsWith('$')) return compileField(key, value, path);
  if (key === '$and') return every(compileList(value, path));
  if (key === '$or') {
    const branches = compileList(value, path);
    return (entity) => branches.some((branch) => branch(entity));
  }
  if (key === '$not') {
    const inner = compileTaken(value, path);
    return (entity) => !inner(entity);
  }
  throw new TypeError(
    `${path} is not known; around fields stand $and, $or and $not, others go inside: { field: { ${key}: ... } }`,
  );
}

function compileList(list: unknown, path: string): readonly Predicate[] {
  if (!Array.isArray(list))
    throw new TypeError(`${path} must be an array of conditions, for example [{ status: 'open' }]`);
  return list.map((where, i) => compileTaken(where, `${path}[${i}]`));
}

function compileField(field: string, value: unknown, path: string): Predicate {
  // The commonest query of all, without the two inner calls.
  if (typeof value === 'string' && isUnguarded(field)) return (entity) => entity[field] === value;
  const read = compilePath(field);
  const tests = isCondition(value, path) ? compileCondition(value, path) : [equals(value)];
  const [test, ...rest] = tests as [Test, ...Test[]];
  if (rest.length === 0) return (entity) => test(read(entity));
  return (entity) => {
    const held = read(entity);
    return tests.every((one) => one(held));
  };
}

function every(predicates: readonly Predicate[]): Predicate {
  const [first, second] = predicates;
  if (!first) return () => true;
  if (!second) return first;
  if (predicates.length === 2) return (entity) => first(entity) && second(entity);
  return (entity) => predicates.every((predicate) => predicate(entity));
}
