import { TierSyncError } from '../errors.ts';
import type { EntityFields } from '../interfaces/Entity.ts';

/** When an entity was made, as it was given; undefined: that is not said. */
export function createdAtOf(entityName: string, { createdAt }: Partial<EntityFields>): Date | undefined {
  if (createdAt === undefined || createdAt === null) return undefined;
  // Only a real Date has the inner time that this asks for; something that merely inherits from Date throws.
  const time = Object.prototype.toString.call(createdAt) === '[object Date]' ? Number(createdAt) : Number.NaN;
  if (!Number.isNaN(time)) return createdAt;
  const message = `${entityName}.createdAt must be a valid Date, or be left out`;
  throw new TierSyncError('invalid-entity', message, { path: 'createdAt' });
}

/** The fields of an entity that is to be made, as a key strategy sees them. */
export function withCreatedAt(fields: object, createdAt: Date): object {
  // A field comes first, because V8 gives each object that begins with what it spreads, and is added to, a hidden class of
  // its own. That would take a microsecond.
  const made = { createdAt, ...fields };
  made.createdAt = createdAt;
  return made;
}
