import { countsOf, hashText, type MetadataEntity, type NaiveOptions, type Persistence, revive } from './shapes.ts';

/** The one default of a process: every tier and every later instance gets its `entityKeys`: [D08]. */
export function newDefaultMetadata(): MetadataEntity {
  return { id: 'id', createdAt: new Date(0), updatedAt: new Date(0), version: 0, entityKeys: {} };
}

export class MetadataManager {
  private lastHashComputeTime = 0;
  private readonly blobKey: string;
  private readonly options: NaiveOptions;
  private readonly defaults: MetadataEntity;

  constructor(options: NaiveOptions, defaults: MetadataEntity) {
    // A partition called "metadata" has the same key: [D15].
    this.blobKey = `${options.prefix}.metadata`;
    this.options = options;
    this.defaults = defaults;
  }

  async getMetadata(tier: Persistence): Promise<MetadataEntity> {
    const metadata = await this.load(tier);
    if (tier === this.options.store) await this.recompute(metadata);
    return metadata;
  }

  async saveMetadata(tier: Persistence, metadata: MetadataEntity): Promise<void> {
    await tier.storeData(this.blobKey, { Metadata: { id: metadata } });
  }

  async contains(tier: Persistence, entityKey: string): Promise<boolean> {
    return entityKey in (await this.load(tier)).entityKeys;
  }

  /** Every entity event marks its key in the metadata of the store. */
  async touch(entityKey: string): Promise<void> {
    const metadata = await this.load(this.options.store);
    const now = new Date(this.options.environment.now());
    metadata.updatedAt = now;
    metadata.version += 1;
    metadata.entityKeys[entityKey] ??= { hash: 0, updatedAt: now, entities: {} };
    metadata.entityKeys[entityKey].updatedAt = now;
    await this.saveMetadata(this.options.store, metadata);
  }

  private async load(tier: Persistence): Promise<MetadataEntity> {
    const stored = (await tier.loadData(this.blobKey))?.Metadata?.id;
    if (stored) return tier === this.options.store ? stored : revive(stored);
    const metadata = { ...this.defaults };
    await this.saveMetadata(tier, metadata);
    return metadata;
  }

  /** All keys whenever anything changed: [D16]. A change in the millisecond of the last time is not seen: [D12]. */
  private async recompute(metadata: MetadataEntity): Promise<void> {
    if (metadata.updatedAt.getTime() <= this.lastHashComputeTime) return;
    const { store, environment } = this.options;
    for (const [entityKey, entry] of Object.entries(metadata.entityKeys)) {
      const blob = (await store.loadData(entityKey)) ?? {};
      // Ids are sorted here, names by the sync: two orders, two hashes: [D10].
      for (const name of Object.keys(blob)) {
        if (name !== 'deleted') blob[name] = Object.fromEntries(Object.entries(blob[name]).sort());
      }
      await store.storeData(entityKey, blob);
      entry.hash = hashText(JSON.stringify(blob));
      entry.entities = countsOf(blob);
    }
    this.lastHashComputeTime = environment.now();
    await this.saveMetadata(store, metadata);
  }
}
