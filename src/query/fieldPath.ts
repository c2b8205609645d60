import type { AnyEntity } from '../interfaces/Entity.ts';
import { isPlainObject } from './valueKind.ts';

export type ReadField = (entity: AnyEntity) => unknown;

/** The value of a field: a field of exactly this name, else a dotted path into nested objects and arrays. */
export function readPath(entity: AnyEntity, path: string): unknown {
  return compilePath(path)(entity);
}

export function compilePath(path: string): ReadField {
  if (isUnguarded(path)) return (entity) => entity[path];
  const steps = path.split('.');
  return (entity) => {
    if (Object.hasOwn(entity, path)) return entity[path];
    return steps.length === 1 ? undefined : steps.reduce(readStep, entity);
  };
}

/** Whether `entity[path]` alone is right: no dots, and nothing that every object inherits. */
export function isUnguarded(path: string): boolean {
  return !path.includes('.') && !(path in Object.prototype);
}

function readStep(value: unknown, step: string): unknown {
  const inside = Array.isArray(value) || isPlainObject(value);
  return inside && Object.hasOwn(value, step) ? (value as Record<string, unknown>)[step] : undefined;
}
