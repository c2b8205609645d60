import { firstValueFrom } from 'rxjs';
import type { DataOrchestrator } from '../DataOrchestrator.ts';
import { TierSyncError } from '../errors.ts';
import type { Draft, Stored } from '../interfaces/Entity.ts';
import type { ISyncService } from '../interfaces/SyncService.ts';

type Data = Pick<DataOrchestrator, 'sync' | 'flush'> & { repo: DataOrchestrator<Record<never, never>>['repo'] };

/** Another face of data that has a cloud: one entity in, the version that was agreed on out. */
export function createSyncService(data: Data): ISyncService {
  const { sync } = data;
  return {
    async syncEntity<E extends object>(entityType: string, entity: E): Promise<Stored<E>> {
      // What is saved before that is no edit that waits for a cloud.
      await sync.attached();
      const repo = data.repo<E>(entityType);
      const id = repo.save(entity as unknown as Draft<E>);
      await data.flush();
      if (sync.isOnline()) await pushed(sync, entityType, id);
      const refused = (await firstValueFrom(sync.rejected$)).find(
        (one) => one.id === id && one.entityName === entityType,
      );
      if (refused !== undefined) throw new TierSyncError(refused.code, refused.reason);
      const kept = await repo.get(id);
      if (kept !== null) return kept;
      throw new TierSyncError('validation', `${entityType} ${id} was deleted by somebody else, and stays so`);
    },
    isOnline: () => sync.isOnline(),
    enableRealTime: () => sync.enableRealTime(),
    disableRealTime: () => sync.disableRealTime(),
    realTime: {
      subscribe<E extends object>(entityType: string, onChange: (entity: Stored<E>) => void): () => void {
        return data.repo<E>(entityType).subscribe({
          onUpdate: (entities) => {
            for (const entity of entities) onChange(entity);
          },
        });
      },
    },
    queue: sync.queue,
  };
}

/** What does not get through now waits, and goes later. */
async function pushed(sync: Data['sync'], entityType: string, id: string): Promise<void> {
  try {
    await sync.push({ collections: [entityType], ids: [id] });
  } catch (error) {
    if (!(error instanceof TierSyncError && error.code === 'unavailable')) throw error;
  }
}
