import { valueKey } from './canonicalText.ts';
import { check } from './check.ts';
import { compareValues } from './compareValues.ts';
import { ARRAY, kindOf, MISSING } from './valueKind.ts';

export type Test = (value: unknown) => boolean;

type CompileOperator = (operand: unknown, path: string) => Test;

/** What can be asked of one field. */
export const operators: Readonly<Record<string, CompileOperator>> = {
  $eq: equals,
  $ne: (operand) => not(equals(operand)),
  $gt: ordered((order) => order > 0),
  $gte: ordered((order) => order >= 0),
  $lt: ordered((order) => order < 0),
  $lte: ordered((order) => order <= 0),
  $in: isIn,
  $nin: (operand, path) => not(isIn(operand, path)),
  $contains: contains,
  $startsWith: startsWith,
  $exists: exists,
};

/** `null` equals a field that is null and a field that is not there: to a reader both hold nothing. */
function equals(operand: unknown): Test {
  const isSameAsIdentical = typeof operand === 'string' || typeof operand === 'boolean';
  return isSameAsIdentical ? (value) => value === operand : (value) => compareValues(value, operand) === 0;
}

function not(test: Test): Test {
  return (value) => !test(value);
}

/** Only values of the same kind have an order here: a string is never greater than 5, nor is what is missing. */
function ordered(holds: (order: number) => boolean): CompileOperator {
  return (operand, path) => {
    const kind = kindOf(operand);
    check(kind !== MISSING, path, 'is null, which has no order; use $exists or $ne');
    check(kind < ARRAY, path, 'must be a number, string, Date, boolean or bytes');
    return (value) => kindOf(value) === kind && holds(compareValues(value, operand));
  };
}

function isIn(operand: unknown, path: string): Test {
  check(Array.isArray(operand), path, 'must be an array of values');
  const keys = new Set(operand.map((item) => valueKey(item)));
  return (value) => keys.has(valueKey(value));
}

function contains(operand: unknown): Test {
  const isItem = equals(operand);
  return (value) =>
    Array.isArray(value)
      ? value.some(isItem)
      : typeof operand === 'string' && typeof value === 'string' && value.includes(operand);
}

function startsWith(operand: unknown, path: string): Test {
  check(typeof operand === 'string', path, 'must be a string');
  return (value) => typeof value === 'string' && value.startsWith(operand);
}

function exists(operand: unknown, path: string): Test {
  check(typeof operand === 'boolean', path, 'must be true or false');
  return (value) => (value !== undefined) === operand;
}
