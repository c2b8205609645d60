// biome-ignore-all lint/suspicious/noExplicitAny: the seed's text is untyped inside, and so is this build of it
import type { Store } from './shapes.ts';

/** The store of the seed's Quick Start, as printed: everything by reference, no tombstones. */
export class QuickStartStore implements Store {
  protected blobs: Record<string, any> = {};
  loadData = async (k: string) => this.blobs[k] ?? null;
  storeData = async (k: string, d: any) => {
    this.blobs[k] = d;
  };
  clearData = async (k: string) => {
    delete this.blobs[k];
  };
  get(key: string, entityName: string, id: string): any {
    const blob = this.blobs[key];
    return blob?.[entityName]?.[id] ?? null;
  }
  getAll(key: string, entityName: string): any[] {
    const blob = this.blobs[key];
    return Object.values(blob?.[entityName] ?? {});
  }
  save(key: string, entityName: string, entity: any): boolean {
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

/** A store that keeps the tombstones, as the adapters of those who used the seed did. */
export class TombstoneStore extends QuickStartStore {
  private readonly now: () => number;

  constructor(now: () => number) {
    super();
    this.now = now;
  }

  override delete(key: string, entityName: string, id: string): void {
    const blob = this.blobs[key];
    if (!blob?.[entityName]?.[id]) return;
    delete blob[entityName][id];
    blob.deleted ??= {};
    blob.deleted[entityName] ??= {};
    blob.deleted[entityName][id] = new Date(this.now());
  }
}
