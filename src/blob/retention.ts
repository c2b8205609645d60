import type { AnyEntity } from '../interfaces/Entity.ts';
import type { RetentionPriority } from '../interfaces/RetentionPriority.ts';
import { fieldRefusal, givenTime } from './givenTime.ts';

interface Retained {
  readonly expiresAt?: unknown;
  readonly retentionPriority?: unknown;
}

const priorities: readonly unknown[] = [1, 2, 3, 4, 5] satisfies RetentionPriority[];

export const isPriority = (value: unknown): boolean => priorities.includes(value);

/** When an entity is over, in milliseconds since 1970. */
export function expiryOf(entity: AnyEntity): number {
  const { expiresAt } = entity;
  return expiresAt instanceof Date ? expiresAt.getTime() : Infinity;
}

/**
 * The fields of an entity with the time at which it is over: the one that was given, else as long after this edit as its
 * name is kept. What says how long it is kept must be readable, or it would be kept for ever, or lost.
 */
export function withExpiry<Fields extends object>(
  entityName: string,
  fields: Fields,
  {
    previous,
    expiresAfter,
    stamp,
  }: { previous: AnyEntity | undefined; expiresAfter: number | undefined; stamp: number },
): Fields {
  const { expiresAt, retentionPriority } = fields as Retained;
  if (retentionPriority !== undefined && !isPriority(retentionPriority)) {
    throw fieldRefusal(entityName, 'retentionPriority', 'one of RetentionPriority, from CRITICAL (1) to TEMPORARY (5)');
  }
  givenTime(entityName, 'expiresAt', expiresAt);
  // An edit that says nothing of it carries the time that it found.
  const isGiven = expiresAt !== undefined && Number(expiresAt) !== Number(previous?.['expiresAt']);
  if (expiresAfter === undefined || isGiven) return fields;
  return { ...fields, expiresAt: new Date(stamp + expiresAfter) };
}
