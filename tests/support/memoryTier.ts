import type { IStore } from 'tiersync';
import { EntityCodec } from '../../src/blob/EntityCodec.ts';
import { entitiesIn } from '../../src/tiers/entitiesIn.ts';
import { Journal } from '../../src/tiers/Journal.ts';
import { StoredForms } from '../../src/tiers/StoredForms.ts';
import { StoreTier } from '../../src/tiers/StoreTier.ts';

export interface MemoryTier {
  readonly tier: StoreTier;
  readonly forms: StoredForms;
  readonly journal: Journal;
}

/** The tier in memory as an app has it. `onNoted` null: there is no slower tier that a write is noted for. */
export function openMemory(
  store: IStore,
  keyOf: (id: string) => string,
  onNoted: (() => void) | null = () => {},
): MemoryTier {
  const codecs = new Map<string, EntityCodec>();
  const codecOf = (entityName: string): EntityCodec => {
    const codec = codecs.get(entityName) ?? new EntityCodec({ entityName, onMigrationError: () => {} });
    codecs.set(entityName, codec);
    return codec;
  };
  const tier: StoreTier = new StoreTier({
    entitiesOf: (name) => entitiesIn(store, name, keyOf),
    log: () => (onNoted === null ? null : journal),
  });
  const forms = new StoredForms({ store: tier, codecOf });
  const journal: Journal = new Journal({ store: tier, forms, keyOf, onNoted: onNoted ?? (() => {}) });
  return { tier, forms, journal };
}
