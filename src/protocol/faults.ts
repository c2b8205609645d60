import { describe } from '../util/checkName.ts';
import { isPlainObject } from '../util/isPlainObject.ts';

/** What is wrong with a value, as a sentence that names the place; undefined: nothing. */
export type Fault = string | undefined;

/** Looks at a value that stands at a place. */
export type Check = (value: unknown, where: string) => Fault;

export interface Fields {
  readonly [name: string]: Check;
}

export const not = (where: string, value: unknown, expected: string): Fault =>
  `${where} is ${describe(value)}, not ${expected}`;

export const aText: Check = (value, where) =>
  typeof value === 'string' && value !== '' ? undefined : not(where, value, 'a text');

export const aTruth: Check = (value, where) =>
  typeof value === 'boolean' ? undefined : not(where, value, 'true or false');

/** A number that every program reads the same: a hash, a place in a history, a time. */
export const aCount: Check = (value, where) =>
  Number.isSafeInteger(value) && (value as number) >= 0 ? undefined : not(where, value, 'a whole number from 0');

export const aCountTo =
  (most: number): Check =>
  (value, where) =>
    Number.isInteger(value) && (value as number) >= 1 && (value as number) <= most
      ? undefined
      : not(where, value, `a whole number from 1 to ${most}`);

export const aTextOf =
  (faultOf: (text: unknown) => Fault): Check =>
  (value, where) => {
    const fault = faultOf(value);
    return fault === undefined ? undefined : `${where} ${fault}`;
  };

export const orNull =
  (check: Check): Check =>
  (value, where) =>
    value === null ? undefined : check(value, where);

export const oneOf =
  (...values: readonly unknown[]): Check =>
  (value, where) =>
    values.includes(value) ? undefined : not(where, value, `one of ${values.join(', ')}`);

export const aListOf =
  (check: Check, most: number): Check =>
  (value, where) => {
    if (!Array.isArray(value)) return not(where, value, 'a list');
    if (value.length > most) return `${where} has ${value.length} items, and ${most} is the most`;
    for (let i = 0; i < value.length; i += 1) {
      const fault = check(value[i], `${where}[${i}]`);
      if (fault !== undefined) return fault;
    }
    return undefined;
  };

/** An object with these fields, and whatever a later version adds. */
export const anObjectWith =
  (required: Fields): Check =>
  (value, where) => {
    if (!isPlainObject(value)) return not(where, value, 'an object');
    for (const [name, check] of Object.entries(required)) {
      const fault = check(Object.hasOwn(value, name) ? value[name] : undefined, `${where}.${name}`);
      if (fault !== undefined) return fault;
    }
    return undefined;
  };

/** An object of just these fields: what nobody knows was meant for somebody else. */
export const anObjectOf =
  (required: Fields, optional: Fields = {}): Check =>
  (value, where) => {
    if (!isPlainObject(value)) return not(where, value, 'an object');
    for (const [name, check] of Object.entries(required)) {
      if (!Object.hasOwn(value, name)) return `${where} lacks the field ${name}`;
      const fault = check(value[name], `${where}.${name}`);
      if (fault !== undefined) return fault;
    }
    for (const [name, field] of Object.entries(value)) {
      if (Object.hasOwn(required, name)) continue;
      const check = Object.hasOwn(optional, name) ? optional[name] : undefined;
      if (check === undefined) return `${where} has the field ${describe(name)}, which nobody knows here`;
      const fault = field === undefined ? undefined : check(field, `${where}.${name}`);
      if (fault !== undefined) return fault;
    }
    return undefined;
  };
