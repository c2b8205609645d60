import type { AnyEntity } from '../interfaces/Entity.ts';
import { isPlainObject } from '../util/isPlainObject.ts';
import { check } from './check.ts';
import { compilePath, isUnguarded } from './fieldPath.ts';
import { operators } from './operators.ts';

export type Predicate = (entity: AnyEntity) => boolean;

/**
 * A predicate for each condition of a `where` that `takeValue` has copied. What is not understood is a TypeError here,
 * not an empty result later.
 */
export function compileWhere(where: unknown, path: string): Predicate[] {
  check(isPlainObject(where), path, "must be an object of fields: { status: 'open' }");
  const predicates: Predicate[] = [];
  for (const [field, value] of Object.entries(where)) {
    const at = `${path}.${field}`;
    if (field.startsWith('$')) {
      predicates.push(compileConnective(field, value, at));
      continue;
    }
    for (const [operator, operand] of conditionsOf(value, at)) {
      predicates.push(compileOperator(field, operator, operand, `${at}.${operator}`));
    }
  }
  return predicates;
}

/** The operators of one field and their operands, a value to equal being the short form of `$eq`. */
export function conditionsOf(value: unknown, path: string): [operator: string, operand: unknown][] {
  return Object.entries(hasOperators(value, path) ? value : { $eq: value });
}

/** One predicate that holds if all hold. */
export function every(predicates: readonly Predicate[]): Predicate {
  if (predicates.length === 0) return () => true;
  return predicates.reduce((first, second) => (entity) => first(entity) && second(entity));
}

const connectives = ['$and', '$or', '$not'];

function compileConnective(name: string, operand: unknown, path: string): Predicate {
  check(connectives.includes(name), path, `is not known; use one of ${connectives.join(' ')}`);
  if (name === '$not') {
    const inner = every(compileWhere(operand, path));
    return (entity) => !inner(entity);
  }
  check(Array.isArray(operand), path, "must be an array: [{ status: 'open' }]");
  const parts = operand.map((where, i) => every(compileWhere(where, `${path}[${i}]`)));
  return name === '$and' ? every(parts) : (entity) => parts.some((part) => part(entity));
}

function compileOperator(field: string, name: string, operand: unknown, path: string): Predicate {
  // The commonest query of all, without the two inner calls.
  if (name === '$eq' && typeof operand === 'string' && isUnguarded(field)) return (entity) => entity[field] === operand;
  const compile = operators[name];
  if (compile === undefined) throw notAnOperator(name, path);
  const test = compile(operand, path);
  const read = compilePath(field);
  return (entity) => test(read(entity));
}

function notAnOperator(name: string, path: string): TypeError {
  const instead = connectives.includes(name)
    ? `write { ${name}: ... } around the field`
    : `use one of ${Object.keys(operators).join(' ')}`;
  return new TypeError(`${path} is not an operator of a field; ${instead}`);
}

/** Whether the value of a field is an object of operators; one without `$` keys is a value to equal. */
function hasOperators(value: unknown, path: string): value is Readonly<Record<string, unknown>> {
  if (!isPlainObject(value)) return false;
  const keys = Object.keys(value);
  const count = keys.filter((key) => key.startsWith('$')).length;
  check(count === 0 || count === keys.length, path, 'mixes operators and fields; write { $eq: { ... } }');
  return count > 0;
}
