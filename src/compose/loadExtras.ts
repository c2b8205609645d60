import type { validate } from '../blob/validate.ts';
import type { OrchestratorOptions } from '../interfaces/OrchestratorOptions.ts';
import type { FieldIndexes } from '../query/FieldIndexes.ts';
import type { ForeignEntities } from '../tiers/ForeignEntities.ts';

/** Code that only some apps need; null: this one does not. */
export interface Extras {
  /** For a store that does not give its entities as a map. */
  readonly Foreign: typeof ForeignEntities | null;
  readonly Indexes: typeof FieldIndexes | null;
  readonly validate: typeof validate | null;
}

export async function loadExtras({ store, entities = {} }: OrchestratorOptions): Promise<Extras> {
  const settings = Object.values(entities);
  const isForeign = store !== undefined && store.live === undefined;
  const isIndexed = settings.some(({ indexes = [] }) => indexes.length > 0);
  const hasSchema = settings.some(({ schema }) => schema !== undefined);
  return {
    Foreign: isForeign ? (await import('../tiers/ForeignEntities.ts')).ForeignEntities : null,
    Indexes: isIndexed ? (await import('../query/FieldIndexes.ts')).FieldIndexes : null,
    validate: hasSchema ? (await import('../blob/validate.ts')).validate : null,
  };
}
