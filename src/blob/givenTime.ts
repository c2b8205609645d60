import { TierSyncError } from '../errors.ts';

/** A time that an entity is given in that field; undefined: it is left out. */
export function givenTime(entityName: string, path: string, time: unknown): Date | undefined {
  if (time === undefined || time === null) return undefined;
  // Only a real Date has the inner time that this asks for; something that merely inherits from Date throws.
  const isTime = Object.prototype.toString.call(time) === '[object Date]' && !Number.isNaN(Number(time));
  if (isTime) return time as Date;
  throw fieldRefusal(entityName, path, 'a valid Date, or be left out');
}

export const fieldRefusal = (entityName: string, path: string, what: string): TierSyncError =>
  new TierSyncError('invalid-entity', `${entityName}.${path} must be ${what}`, { path });
