import { environmentOf } from '../adapters/environmentOf.ts';
import { systemBasics } from '../adapters/systemBasics.ts';
import { readDraft } from '../blob/readDraft.ts';
import type { EntitySettings } from '../interfaces/EntitySettings.ts';
import type { OrchestratorOptions } from '../interfaces/OrchestratorOptions.ts';
import type { Taken } from './takeOptions.ts';

const none: EntitySettings = Object.freeze({});

/** What these options make of an app, with the code that they need. What is left out is as usual. */
export async function loadExtras(options: OrchestratorOptions): Promise<Partial<Taken>> {
  const { store, strategy, entities = {}, environment, logger } = options;
  const settings: readonly EntitySettings[] = Object.values(entities);
  const settingsOf = (entityName: string): EntitySettings => entities[entityName] ?? none;
  return {
    environment: environmentOf(systemBasics, environment),
    settingsOf,
    ...(strategy && { strategy: (await import('../util/checkedStrategy.ts')).checkedStrategy(strategy) }),
    ...(store && (await storeExtras(store))),
    ...(settings.some(({ schema }) => schema !== undefined) && (await schemaExtras(settingsOf))),
    ...(settings.some(({ indexes = [] }) => indexes.length > 0) && (await indexExtras(settingsOf))),
    ...(logger && { chronicle: (await import('./chronicle.ts')).chronicle }),
  };
}

async function storeExtras(store: NonNullable<OrchestratorOptions['store']>): Promise<Partial<Taken>> {
  const { entitiesIn } = await import('../tiers/entitiesIn.ts');
  return { entitiesOf: (entityName, keyOf) => entitiesIn(store, entityName, keyOf) };
}

async function schemaExtras(settingsOf: Taken['settingsOf']): Promise<Partial<Taken>> {
  const { validate } = await import('../blob/validate.ts');
  return {
    validated: (entityName, draft) => {
      const { schema } = settingsOf(entityName);
      return schema === undefined ? draft : readDraft(entityName, validate(entityName, schema, draft));
    },
  };
}

async function indexExtras(settingsOf: Taken['settingsOf']): Promise<Partial<Taken>> {
  const { FieldIndexes } = await import('../query/FieldIndexes.ts');
  return {
    indexesOf: (entityName, source) => {
      const { indexes = [] } = settingsOf(entityName);
      return indexes.length === 0 ? null : new FieldIndexes(indexes, source);
    },
  };
}
