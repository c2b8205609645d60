// biome-ignore-all lint/suspicious/noExplicitAny: the text that this is printed in is untyped

/** The store of the original text's Quick Start, as printed: everything by reference, no tombstones. */
export class QuickStartStore {
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
