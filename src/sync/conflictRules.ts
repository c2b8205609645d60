import { takeIn } from '../blob/takeIn.ts';
import type { EntityTypes } from '../EntityTypes.ts';
import type { AnyEntity } from '../interfaces/Entity.ts';
import type { StoredEntity } from '../interfaces/EntityKeyData.ts';
import type { StoredRecord } from '../interfaces/StoredRecord.ts';
import type { ConflictStrategy, IConflictResolver } from '../interfaces/SyncTypes.ts';
import type { Resolution, Sides } from '../reconcile/Finding.ts';
import { resolveConflict } from '../reconcile/resolveConflict.ts';

export interface ConflictRulesOptions {
  readonly types: EntityTypes;
  readonly strategy: ConflictStrategy | undefined;
  readonly resolver: IConflictResolver | undefined;
  /** What the schema of a name makes of a draft. */
  readonly validated: (entityName: string, draft: object) => object;
}

/** How the app wants conflicts decided: for the entities of one name, or for all. */
export interface ConflictRules {
  strategyOf(entityName: string): ConflictStrategy;
  show(record: StoredRecord | null): AnyEntity | null;
  resolve(sides: Sides): Resolution;
}

export function conflictRules({ types, strategy, resolver, validated }: ConflictRulesOptions): ConflictRules {
  const resolverOf = (entityName: string): IConflictResolver | undefined =>
    types.settingsOf(entityName).conflictResolver ?? resolver;
  const strategyOf = (entityName: string): ConflictStrategy => {
    const own = types.settingsOf(entityName);
    const isOwnResolver = own.conflictStrategy === undefined && own.conflictResolver !== undefined;
    if (isOwnResolver) return 'custom';
    return own.conflictStrategy ?? strategy ?? (resolver === undefined ? 'last-write-wins' : 'custom');
  };
  const show = (record: StoredRecord | null | undefined): AnyEntity | null => {
    if (!record || record.isDeleted) return null;
    try {
      return types.codecOf(record.entityName).decode(record);
    } catch {
      // A record of a newer version has no form here; that it is there is told by its key.
      return null;
    }
  };
  return {
    strategyOf,
    show,
    resolve({ base, local, remote }) {
      const { entityName } = local;
      return resolveConflict({
        strategy: strategyOf(entityName),
        resolver: resolverOf(entityName),
        // Of a stub the content is not known.
        base: base?.isEvicted ? undefined : base,
        local,
        remote,
        show: (record) => (record === undefined ? undefined : show(record)),
        store: (fields, engine) => {
          const entity = takeIn(entityName, validated(entityName, fields), engine);
          return types.codecOf(entityName).encode(entity).value as StoredEntity;
        },
      });
    },
  };
}
