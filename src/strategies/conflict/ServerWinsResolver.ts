import type { ConflictSides, IConflictResolver } from '../../interfaces/SyncTypes.ts';
import { conflictPolicies } from '../../reconcile/conflictPolicies.ts';

/** Keeps what the cloud has. For resolvers of your own that decide some conflicts only. */
export class ServerWinsResolver implements IConflictResolver {
  resolve(sides: ConflictSides): 'local' | 'remote' | object {
    return conflictPolicies['server-wins'](sides);
  }
}
