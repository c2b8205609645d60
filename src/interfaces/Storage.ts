import type { RetentionPriority } from './RetentionPriority.ts';

/** How much the device lets the app store, and whether it keeps it. `navigator.storage` is one. */
export interface DeviceStorage {
  /** Bytes that are in use, and bytes that may be. */
  estimate(): Promise<{ readonly usage?: number; readonly quota?: number }>;
  /** Whether the device keeps the data until the user clears it. */
  persisted(): Promise<boolean>;
  /** Asks the device to keep the data until the user clears it. Resolves to whether it will. */
  persist(): Promise<boolean>;
}

/**
 * How much the local tier may take. Beyond that, entities that the cloud has confirmed are evicted, those of the lowest
 * priority and the oldest first: only the cloud has them then, and they come back when they are read.
 */
export interface Quota {
  /** In bytes, counted as characters of stored records, as `data.storage()` counts them. */
  readonly maxBytes?: number;
  /** As a part, from 0 to 1, of all that the device lets the app store. */
  readonly share?: number;
}

/** How much some records take on this device. */
export interface StorageUse {
  /** Characters of the stored form. */
  readonly bytes: number;
  /** Entities that are here with their content. */
  readonly entities: number;
  /** Entities of which only the cloud has the content. */
  readonly evicted: number;
}

/** How much the local tier holds. Bytes are counted as characters of stored records; a medium may take more or less. */
export interface StorageReport extends StorageUse {
  /** By entity key. */
  readonly byKey: { readonly [entityKey: string]: StorageUse };
  /** By entity name. */
  readonly byName: { readonly [entityName: string]: StorageUse };
  /** Without evicted entities: their priority is known to the cloud only. */
  readonly byPriority: { readonly [Priority in RetentionPriority]: Omit<StorageUse, 'evicted'> };
  /** Bytes that the app uses, and may use, as the device says; null: it does not say. */
  readonly device: { readonly usage: number; readonly quota: number } | null;
  /** Whether the device keeps the data until the user clears it; null: it does not say. */
  readonly isPersistent: boolean | null;
}
