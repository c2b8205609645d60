import { TierSyncError } from '../errors.ts';
import type { AnyEntity } from '../interfaces/Entity.ts';
import { RetentionPriority } from './RetentionPriority.ts';

interface Retained {
  readonly expiresAt?: unknown;
  readonly retentionPriority?: unknown;
}

const priorities = new Set<unknown>(Object.values(RetentionPriority));

export const isPriority = (value: unknown): boolean => priorities.has(value);

/** When an entity is over, in milliseconds since 1970. */
export function expiryOf(entity: AnyEntity): number {
  const { expiresAt } = entity;
  return expiresAt instanceof Date ? expiresAt.getTime() : Number.POSITIVE_INFINITY;
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
    throw refusal(entityName, 'retentionPriority', 'one of RetentionPriority, from CRITICAL (1) to TEMPORARY (5)');
  }
  if (expiresAt !== undefined && expiresAt !== null && !isTime(expiresAt)) {
    throw refusal(entityName, 'expiresAt', 'a valid Date, or be left out');
  }
  // An edit that says nothing of it carries the time that it found.
  const isGiven = expiresAt !== undefined && Number(expiresAt) !== Number(previous?.['expiresAt']);
  if (expiresAfter === undefined || isGiven) return fields;
  return { ...fields, expiresAt: new Date(stamp + expiresAfter) };
}

const isTime = (value: unknown): boolean => value instanceof Date && !Number.isNaN(value.getTime());

const refusal = (entityName: string, path: string, what: string): TierSyncError =>
  new TierSyncError('invalid-entity', `${entityName}.${path} must be ${what}`, { path });
