import type { StoredRecord } from '../interfaces/StoredRecord.ts';
import type { Edit } from '../reconcile/applyEdit.ts';
import type { Held } from './Held.ts';
import { Uncertain } from './Noted.ts';

/** A write on its way to the slower tier. What it was made of is only encoded where somebody asks. */
export class Written implements Edit {
  readonly entityKey: string;
  readonly entityName: string;
  readonly id: string;
  readonly record: StoredRecord | null;
  readonly #before: Held | Uncertain;
  readonly #encode: (held: Held) => StoredRecord | null;

  constructor(entityKey: string, place: Place, before: Held | Uncertain, encode: (held: Held) => StoredRecord | null) {
    this.entityKey = entityKey;
    this.entityName = place.entityName;
    this.id = place.id;
    this.record = encode(place.held);
    this.#before = before;
    this.#encode = encode;
  }

  get base(): StoredRecord | null | undefined {
    return this.#before instanceof Uncertain ? this.#before.base : this.#encode(this.#before);
  }

  get maybeThere(): StoredRecord | undefined {
    return this.#before instanceof Uncertain ? this.#before.sent : undefined;
  }
}

export interface Place {
  readonly entityName: string;
  readonly id: string;
  readonly held: Held;
}
