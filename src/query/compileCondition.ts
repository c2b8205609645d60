import { valueKey } from './canonicalText.ts';
import { compareValues, equalValues } from './compareValues.ts';
import { isPlainObject, Kind, kindOf } from './valueKind.ts';

export type Test = (value: unknown) => boolean;

type CompileOperator = (operand: unknown, path: string) => Test;

const operators: ReadonlyMap<string, CompileOperator> = new Map<string, CompileOperator>([
  ['$eq', equals],
  ['$ne', (operand) => not(equals(operand))],
  ['$gt', ordered((order) => order > 0)],
  ['$gte', ordered((order) => order >= 0)],
  ['$lt', ordered((order) => order < 0)],
  ['$lte', ordered((order) => order <= 0)],
  ['$in', oneOf],
  ['$nin', (operand, path) => not(oneOf(operand, path))],
  ['$contains', contains],
  ['$startsWith', startsWith],
  ['$exists', exists],
]);

/** Whether the value of a field is an object of operators; one without `$` keys is a value to equal. */
export function isCondition(value: unknown, path: string): value is Readonly<Record<string, unknown>> {
  if (!isPlainObject(value)) return false;
  const keys = Object.keys(value);
  const operatorCount = keys.filter((key) => key.startsWith('$')).length;
  if (operatorCount > 0 && operatorCount < keys.length) {
    throw new TypeError(`${path} mixes operators and fields; write { $eq: { ... } } to equal an object with $ keys`);
  }
  return operatorCount > 0;
}

/** The tests of one field's condition; all must hold. */
export function compileCondition(condition: Readonly<Record<string, unknown>>, path: string): readonly Test[] {
  return Object.entries(condition).map(([name, operand]) => {
    const compile = operators.get(name);
    if (compile) return compile(operand, `${path}.${name}`);
    const around = name === '$not' || name === '$and' || name === '$or';
    const instead = around
      ? `write { ${name}: ... } around the field`
      : `use one of ${[...operators.keys()].join(' ')}`;
    throw new TypeError(`${path}.${name} is not an operator of a field; ${instead}`);
  });
}

/** `null` equals a field that is null and a field that is not there: to a reader both hold nothing. */
export function equals(operand: unknown): Test {
  return typeof operand === 'string' ? (value) => value === operand : (value) => equalValues(value, operand);
}

function not(test: Test): Test {
  return (value) => !test(value);
}

/** Only values of the same kind have an order here: a string is never greater than 5, nor is what is missing. */
function ordered(holds: (order: number) => boolean): CompileOperator {
  return (operand, path) => {
    const kind = kindOf(operand);
    if (kind === Kind.missing) throw new TypeError(`${path} is null, which has no order; use { $exists: true } or $ne`);
    if (kind === Kind.array || kind === Kind.object) {
      throw new TypeError(
        `${path} must be a number, bigint, string, Date, boolean or Uint8Array; name a field inside by a dotted path`,
      );
    }
    return (value) => kindOf(value) === kind && holds(compareValues(value, operand));
  };
}

function oneOf(operand: unknown, path: string): Test {
  if (!Array.isArray(operand)) throw new TypeError(`${path} must be an array of values; use $eq for a single one`);
  const keys = new Set(operand.map(valueKey));
  return (value) => keys.has(valueKey(value));
}

function contains(operand: unknown): Test {
  const isItem = equals(operand);
  const isText = typeof operand === 'string';
  return (value) =>
    Array.isArray(value) ? value.some(isItem) : isText && typeof value === 'string' && value.includes(operand);
}

function startsWith(operand: unknown, path: string): Test {
  if (typeof operand !== 'string') throw new TypeError(`${path} must be a string`);
  return (value) => typeof value === 'string' && value.startsWith(operand);
}

function exists(operand: unknown, path: string): Test {
  if (typeof operand !== 'boolean') throw new TypeError(`${path} must be true or false`);
  return (value) => (value !== undefined) === operand;
}
