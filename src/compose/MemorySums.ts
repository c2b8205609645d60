import { addHash } from '../blob/hash.ts';
import { bytesOf } from '../blob/KeySums.ts';
import type { AnyEntity } from '../interfaces/Entity.ts';
import type { StoredRecord } from '../interfaces/StoredRecord.ts';
import type { Held } from '../tiers/Held.ts';
import type { StoredForms } from '../tiers/StoredForms.ts';
import type { StoreTier } from '../tiers/StoreTier.ts';
import { getOrAdd } from '../util/getOrAdd.ts';

export interface MemorySumsOptions {
  readonly store: StoreTier;
  readonly keyOf: (id: string) => string;
  /** Resolves when others have had their turn. */
  readonly pause: () => Promise<void>;
}

interface Sum {
  hash: number;
  entities: number;
  deletions: number;
  bytes: number;
}

type Counted = Pick<Sum, 'hash' | 'bytes'>;

/** So many are hashed before others have their turn. */
const atOnce = 1_000;

/** What memory holds, counted by key. What was hashed once is not hashed again: entities do not change. */
export class MemorySums {
  readonly #o: MemorySumsOptions;
  readonly #known = new WeakMap<AnyEntity, Counted>();

  constructor(options: MemorySumsOptions) {
    this.#o = options;
  }

  /** As it is when this is called, however long it takes. */
  async count(forms: StoredForms): Promise<ReadonlyMap<string, Readonly<Sum>>> {
    const held = this.#held();
    const sums = new Map<string, Sum>();
    for (const [i, [entityName, id, one]] of held.entries()) {
      if (i % atOnce === atOnce - 1) await this.#o.pause();
      const sum = getOrAdd(sums, this.#o.keyOf(id), () => ({ hash: 0, entities: 0, deletions: 0, bytes: 0 }));
      const count = (): Counted => {
        const record = forms.encode(entityName, id, one) as StoredRecord;
        return { hash: record.hash, bytes: bytesOf(record) };
      };
      const isEntity = typeof one === 'object';
      const { hash, bytes } = isEntity ? getOrAdd(this.#known, one, count) : count();
      sum.bytes += bytes;
      sum[isEntity ? 'entities' : 'deletions'] += 1;
      if (isEntity) sum.hash = addHash(sum.hash, hash);
    }
    return sums;
  }

  records(forms: StoredForms, entityKey: string): readonly StoredRecord[] {
    const ofKey = this.#held().filter(([, id]) => this.#o.keyOf(id) === entityKey);
    return ofKey.map(([entityName, id, held]) => forms.encode(entityName, id, held) as StoredRecord);
  }

  #held(): (readonly [entityName: string, id: string, held: Held])[] {
    const { store } = this.#o;
    return [...store.names()].flatMap((name) => [
      ...[...store.entities(name).values()].map((entity) => [name, entity.id, entity] as const),
      ...[...store.graves(name)].map(([id, time]) => [name, id, time] as const),
    ]);
  }
}
