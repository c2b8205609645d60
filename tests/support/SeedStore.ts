import type { AnyEntity, EntityKeyData, IStore } from 'tiersync';

type Blobs = Record<string, Record<string, Record<string, AnyEntity>>>;

/** The store of the Quick Start in `data-sync-module.md`, as it is printed there: it shares every object it is given. */
export class SeedStore implements IStore {
  private blobs: Blobs = {};
  loadData = async (k: string): Promise<EntityKeyData | null> => (this.blobs[k] as unknown as EntityKeyData) ?? null;
  storeData = async (k: string, d: EntityKeyData): Promise<void> => {
    this.blobs[k] = d as unknown as Blobs[string];
  };
  clearData = async (k: string): Promise<void> => {
    delete this.blobs[k];
  };
  get(key: string, entityName: string, id: string): AnyEntity | null {
    const blob = this.blobs[key];
    return blob?.[entityName]?.[id] ?? null;
  }
  getAll(key: string, entityName: string): AnyEntity[] {
    const blob = this.blobs[key];
    return Object.values(blob?.[entityName] ?? {});
  }
  save(key: string, entityName: string, entity: AnyEntity): boolean {
    this.blobs[key] = this.blobs[key] || {};
    this.blobs[key][entityName] = this.blobs[key][entityName] || {};
    this.blobs[key][entityName][entity.id] = entity;
    return true;
  }
  delete(key: string, entityName: string, id: string): void {
    const blob = this.blobs[key];
    if (blob?.[entityName]?.[id]) delete blob[entityName][id];
  }
}
