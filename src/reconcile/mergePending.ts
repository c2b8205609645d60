import type { AnyEntity } from '../interfaces/Entity.ts';
import { FrozenDate } from '../util/FrozenDate.ts';

/**
 * A write was made on a key that was not loaded; now the record that it replaces is known. The write was made later, so
 * it stays, and becomes what it would have been: stamped after its base, counted from it, created when its base was.
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
