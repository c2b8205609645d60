import type { EntityCodec } from '../blob/EntityCodec.ts';
import { tombstone } from '../blob/records.ts';
import type { AnyEntity } from '../interfaces/Entity.ts';
import type { StoredRecord } from '../interfaces/StoredRecord.ts';
import type { Held } from './Held.ts';
import type { StoreTier } from './StoreTier.ts';

export interface StoredFormsOptions {
  readonly store: StoreTier;
  readonly codecOf: (entityName: string) => EntityCodec;
}

/** Between what memory holds and the records of slower tiers. */
export class StoredForms {
  readonly #o: StoredFormsOptions;

  constructor(options: StoredFormsOptions) {
    this.#o = options;
  }

  decode(record: StoredRecord): AnyEntity | number {
    return record.isDeleted ? record.stamp : this.#o.codecOf(record.entityName).decode(record);
  }

  /** Null: nothing is held. */
  encode(entityName: string, id: string, held: Held): StoredRecord | null {
    if (held === undefined) return null;
    if (typeof held === 'number') return tombstone(entityName, id, new Date(held).toISOString());
    return this.#o.codecOf(entityName).encode(held);
  }

  /** What memory holds of an id. */
  recordOf(entityName: string, id: string): StoredRecord | null {
    return this.encode(entityName, id, this.#o.store.held(entityName, id));
  }

  /** Every record in memory. */
  *records(): Generator<StoredRecord> {
    const { store } = this.#o;
    for (const entityName of store.names()) {
      const entities = [...store.entities(entityName).values()].map((entity) => [entity.id, entity] as const);
      for (const [id, held] of [...entities, ...store.graves(entityName)]) {
        yield this.encode(entityName, id, held) as StoredRecord;
      }
    }
  }
}
