// biome-ignore-all lint/suspicious/noExplicitAny: the text of the seed, as printed
// biome-ignore-all lint/correctness/noUnusedPrivateClassMembers: the text of the seed, as printed

/** The store of the seed's Quick Start (seeds/data-sync-module.md), word for word. */
export class SeedMemoryStore {
  private blobs: Record<string, any> = {};
  private cache: Record<string, any> = {};
  loadData = async (k: string) => this.blobs[k] ?? null;
  storeData = async (k: string, d: any) => {
    this.blobs[k] = d;
  };
  clearData = async (k: string) => {
    delete this.blobs[k];
  };
  get(key: string, entityName: string, id: string) {
    const blob = this.blobs[key];
    return blob?.[entityName]?.[id] ?? null;
  }
  getAll(key: string, entityName: string) {
    const blob = this.blobs[key];
    return Object.values(blob?.[entityName] ?? {}) as any[];
  }
  save(key: string, entityName: string, entity: any) {
    this.blobs[key] = this.blobs[key] || {};
    this.blobs[key][entityName] = this.blobs[key][entityName] || {};
    this.blobs[key][entityName][entity.id] = entity;
    return true;
  }
  delete(key: string, entityName: string, id: string) {
    const blob = this.blobs[key];
    if (blob?.[entityName]?.[id]) delete blob[entityName][id];
  }
}
