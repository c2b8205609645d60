import type { AnyEntity } from '../interfaces/Entity.ts';
import { FrozenDate } from '../util/FrozenDate.ts';

/**
 * Something was written on a key before it was loaded (a number: it was deleted at that time); now the record that it
 * replaces is known. The write stays, and gets what it would have got on a loaded key: a stamp after the record's, the next
 * version, the record's `createdAt`.
 */
export function mergePending(pending: AnyEntity | number, base: AnyEntity | number): AnyEntity | number {
  const baseStamp = typeof base === 'number' ? base : base.updatedAt.getTime();
  if (typeof pending === 'number') return Math.max(pending, baseStamp + 1);
  const isLater = pending.updatedAt.getTime() > baseStamp;
  const updatedAt = isLater ? pending.updatedAt : new FrozenDate(baseStamp + 1);
  if (typeof base === 'number') return isLater ? pending : Object.freeze(withFields(pending, { updatedAt }));
  const { createdAt } = base;
  return Object.freeze(withFields(pending, { createdAt, updatedAt, version: base.version + pending.version }));
}

/** A copy that keeps accessors: bytes are handed out as copies by one. */
const withFields = (entity: AnyEntity, fields: Partial<AnyEntity>): AnyEntity =>
  Object.defineProperties(
    {},
    { ...Object.getOwnPropertyDescriptors(entity), ...Object.getOwnPropertyDescriptors(fields) },
  ) as AnyEntity;
