import type { ConflictSides, IConflictResolver } from '../../interfaces/SyncTypes.ts';
import { conflictPolicies } from '../../reconcile/conflictPolicies.ts';

/** Merges field by field against the base; where it cannot, keeps what was written later. For resolvers of your own that decide some conflicts only. */
export class MergeResolver implements IConflictResolver {
  resolve(sides: ConflictSides): 'local' | 'remote' | object {
    return conflictPolicies.merge(sides);
  }
}
