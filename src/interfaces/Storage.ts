import type { RetentionPriority } from './RetentionPriority.ts';

/** How much a device lets its data take, and whether it will keep it; browsers have it as `navigator.storage`. */
export interface DeviceStorage {
  /** Bytes that are in use, and that may be. */
  estimate(): Promise<{ readonly usage?: number; readonly quota?: number }>;
  /** Whether nothing of it is cleared without the user. */
  persisted(): Promise<boolean>;
  /** Asks for that. */
  persist(): Promise<boolean>;
}

/** How much the local tier may take before what matters least is left to the cloud alone. */
export interface Quota {
  /** Bytes of records, as they are counted here. */
  readonly maxBytes?: number;
  /** A part, from 0 to 1, of what the device lets the app have. */
  readonly share?: number;
}

/** What some records take on the device. */
export interface StorageUse {
  /** Characters of the stored form. */
  readonly bytes: number;
  /** Entities that are here with their content. */
  readonly entities: number;
  /** Entities of which only the cloud has the content. */
  readonly evicted: number;
}

/** What the local tier holds. Bytes are counted as characters of stored records: what a medium makes of them differs. */
export interface StorageReport extends StorageUse {
  readonly byKey: { readonly [entityKey: string]: StorageUse };
  readonly byName: { readonly [entityName: string]: StorageUse };
  /** Of what is here with its content: the priority of the rest is in the cloud too. */
  readonly byPriority: { readonly [Priority in RetentionPriority]: Omit<StorageUse, 'evicted'> };
  /** What the device says of all that the app has stored there; null: it says nothing. */
  readonly device: { readonly usage: number; readonly quota: number } | null;
  /** Whether the device keeps it until the user clears it; null: it does not say. */
  readonly isPersistent: boolean | null;
}
