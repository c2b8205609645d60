import type { StoredRecord } from '../interfaces/StoredRecord.ts';
import type { Edit } from '../reconcile/applyEdit.ts';
import type { Held } from './Held.ts';
import { Uncertain } from './Noted.ts';
import type { StoredForms } from './StoredForms.ts';

/** An edit on its way to the local tier. The version from which it was made is encoded only when somebody asks for it. */
export class Written implements Edit {
  readonly entityKey: string;
  readonly entityName: string;
  readonly id: string;
  readonly record: StoredRecord | null;
  readonly #before: Held | Uncertain;
  readonly #forms: StoredForms;

  constructor(entityKey: string, { entityName, id, held }: Place, before: Held | Uncertain, forms: StoredForms) {
    this.entityKey = entityKey;
    this.entityName = entityName;
    this.id = id;
    this.record = forms.encode(entityName, id, held);
    this.#before = before;
    this.#forms = forms;
  }

  get base(): StoredRecord | null | undefined {
    const before = this.#before;
    return before instanceof Uncertain ? before.base : this.#forms.encode(this.entityName, this.id, before);
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
