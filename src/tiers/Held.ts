import type { AnyEntity } from '../interfaces/Entity.ts';

/** What memory holds of one id: the entity, or the time of its deletion, or nothing. */
export type Held = AnyEntity | number | undefined;

/** The part of a Map that reading needs. */
export type EntityLookup = Pick<ReadonlyMap<string, AnyEntity>, 'get' | 'has' | 'values' | 'size'>;

export const stampOf = (held: AnyEntity | number): number =>
  typeof held === 'number' ? held : held.updatedAt.getTime();
