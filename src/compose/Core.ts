import { MemoryStore } from '../adapters/MemoryStore.ts';
import { DataEvents } from '../DataEvents.ts';
import { DataManager } from '../DataManager.ts';
import { EntityTypes } from '../EntityTypes.ts';
import { Expiries } from '../Expiries.ts';
import type { ILogger } from '../interfaces/ILogger.ts';
import type { OrchestratorOptions } from '../interfaces/OrchestratorOptions.ts';
import { KeyLoader, type KeyLoaderOptions } from '../KeyLoader.ts';
import type { MetadataManager } from '../MetadataManager.ts';
import { ObservableManager } from '../ObservableManager.ts';
import { type CloudReads, ReadThrough } from '../ReadThrough.ts';
import { StoreTier } from '../tiers/StoreTier.ts';
import { indexFields } from './checkOptions.ts';
import type { Parts } from './openParts.ts';

interface CloudClock {
  /** Milliseconds that it is ahead of this device's; null: that is being found out. */
  readonly clockOffset: number | null;
}

export interface CoreOptions extends Parts {
  readonly options: OrchestratorOptions;
  readonly logger: ILogger;
  readonly local: KeyLoaderOptions['local'];
  readonly cloud: () => (CloudReads & CloudClock) | null;
  /** Called with each write that a slower tier is to hear of. */
  readonly onNoted: () => void;
  readonly onMigrationError: (error: Error) => void;
}

/** What every app has: entities in memory, written and read, watched and queried. */
export class Core {
  readonly events: DataEvents = new DataEvents();
  readonly metadata: MetadataManager;
  readonly types: EntityTypes;
  readonly store: StoreTier;
  readonly expiries: Expiries;
  readonly loader: KeyLoader;
  readonly data: DataManager;
  readonly observables: ObservableManager;

  constructor({ options, environment, keys, metadata, Indexes, isNoted, logger, local, cloud, ...on }: CoreOptions) {
    const { events } = this;
    const { onNoted, onMigrationError } = on;
    const now = (): number => environment.now();
    const keyOf = (id: string): string => keys.keyOf(id);
    const types = new EntityTypes({ settings: options.entities, onMigrationError });
    const settingsOf = types.settingsOf.bind(types);
    const codecOf = types.codecOf.bind(types);
    const store = new StoreTier({ store: options.store ?? new MemoryStore(), keyOf, codecOf, onNoted, isNoted });
    const clockOffset = (): number | null => cloud()?.clockOffset ?? null;
    const expiries = new Expiries({ store, events, keyOf, environment, clockOffset });
    const isOver = expiries.isOver.bind(expiries);
    const loader = new KeyLoader({ store, local, metadata, events, isOver, keyOf, now, onNoted });
    const loading = new ReadThrough({ loader, metadata, cloud });
    const freeze = options.freeze ?? true;
    this.metadata = metadata;
    this.types = types;
    this.store = store;
    this.loader = loader;
    this.expiries = expiries;
    const parts = { keys, store, loader, loading, metadata, events, expiries };
    this.data = new DataManager({ ...parts, logger, now, freeze, settingsOf });
    this.observables = new ObservableManager({
      keys,
      store,
      loading,
      metadata,
      events,
      sweep: () => expiries.sweep(),
      indexesOf: (name, source) => {
        const declared = indexFields(settingsOf(name));
        return Indexes === null || declared.length === 0 ? null : new Indexes(declared, source);
      },
    });
  }

  /** Refuses every call from now on, and ends what is watched. */
  close(): void {
    this.data.close();
    this.observables.close();
    this.expiries.close();
  }
}
