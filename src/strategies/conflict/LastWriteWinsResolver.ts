import type { ConflictSides, IConflictResolver } from '../../interfaces/SyncTypes.ts';
import { conflictPolicies } from '../../reconcile/conflictPolicies.ts';

/** Keeps what was written later, a deletion too. For resolvers of your own that decide some conflicts only. */
export class LastWriteWinsResolver implements IConflictResolver {
  resolve(sides: ConflictSides): 'local' | 'remote' | object {
    return conflictPolicies['last-write-wins'](sides);
  }
}
