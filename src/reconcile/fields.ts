import { isEngineField } from '../util/isEngineField.ts';
import { isPlainObject } from '../util/isPlainObject.ts';

export type Fields<Value = unknown> = { readonly [field: string]: Value };

/**
 * Whether a value is looked into field by field. One with a tag (`{ $date: ... }`, a newer version's too) is not: half of
 * one and half of another would be neither. Stored fields of the app's own that begin with `$` have one `$` more.
 */
export function isNested(value: unknown): value is Fields {
  if (!isPlainObject(value)) return false;
  const names = Object.keys(value);
  return names.length !== 1 || !/^\$(?!\$)/.test(names[0] as string);
}

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
  Object.fromEntries(Object.entries(entity).filter(([name]) => !isEngineField(name)));
