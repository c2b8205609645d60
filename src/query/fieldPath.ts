import type { AnyEntity } from '../interfaces/Entity.ts';
import { isPlainObject } from '../util/isPlainObject.ts';

export type ReadField = (entity: AnyEntity) => unknown;

/** Reads a field of exactly this name, else a dotted path into nested objects and arrays. */
export function compilePath(path: string): ReadField {
  if (isUnguarded(path)) return (entity) => entity[path];
  const steps = path.split('.');
  return (entity) => (Object.hasOwn(entity, path) ? entity[path] : steps.reduce(readStep, entity));
}

/** Whether `entity[path]` alone is right: no dots, and nothing that every object inherits. */
export function isUnguarded(path: string): boolean {
  return !path.includes('.') && !(path in Object.prototype);
}

function readStep(value: unknown, step: string): unknown {
  const inside = Array.isArray(value) || isPlainObject(value);
  return inside && Object.hasOwn(value, step) ? (value as Record<string, unknown>)[step] : undefined;
}
