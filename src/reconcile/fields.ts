import { engineFields } from '../util/engineFields.ts';
import { isPlainObject } from '../util/isPlainObject.ts';

export type Fields<Value = unknown> = { readonly [field: string]: Value };

/**
 * Whether a value is looked into field by field. One with a tag (`{ $date: ... }`, of a newer version too) is a value:
 * half of one and half of another would be neither. Fields of the app's that begin with `$` are stored with two.
 */
export const isNested = (value: unknown): value is Fields =>
  isPlainObject(value) && !Object.keys(value).some((name) => /^\$(?!\$)/.test(name));

/** The names of all of them, once each, in the order of code units. */
export const fieldNames = (...all: readonly Fields[]): string[] =>
  [...new Set(all.flatMap((fields) => Object.keys(fields)))].sort();

/** What an object has of its own: never what its prototype has. */
export const readField = <Value>(fields: Fields<Value>, name: string): Value | undefined =>
  Object.hasOwn(fields, name) ? fields[name] : undefined;

export function writeField(into: object, name: string, value: unknown): void {
  // By assignment a field named __proto__ would become the prototype.
  Object.defineProperty(into, name, { value, enumerable: true, writable: true, configurable: true });
}

/** The app's own fields of an entity, stored or in memory. */
export const contentOf = <Value>(entity: Fields<Value>): Fields<Value> =>
  Object.fromEntries(Object.entries(entity).filter(([name]) => !engineFields.has(name)));
