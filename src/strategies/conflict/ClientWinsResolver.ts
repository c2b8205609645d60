import type { ConflictSides, IConflictResolver } from '../../interfaces/SyncTypes.ts';
import { conflictPolicies } from '../../reconcile/conflictPolicies.ts';

/** Keeps what this device has. For resolvers of your own that decide some conflicts only. */
export class ClientWinsResolver implements IConflictResolver {
  resolve(sides: ConflictSides): 'local' | 'remote' | object {
    return conflictPolicies['client-wins'](sides);
  }
}
