import type { AnyEntity } from '../interfaces/Entity.ts';
import type { ISyncOperation } from '../interfaces/SyncTypes.ts';
import type { SyncView } from '../interfaces/SyncView.ts';

/** What this device holds of an entity. */
export type EntityOf = (entityName: string, id: string) => AnyEntity | null;

/** What waits to be sent, with the entities of this device. */
export function queuedIn({ lists, failures: attempts }: SyncView, entityOf: EntityOf): readonly ISyncOperation[] {
  return lists().pending.map((change) => ({ ...change, entity: entityOf(change.entityName, change.id), attempts }));
}
