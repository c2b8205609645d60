import { systemBasics } from '../adapters/systemBasics.ts';
import type { AnyEntity } from '../interfaces/Entity.ts';
import type { EntitySettings } from '../interfaces/EntitySettings.ts';
import type { Basics } from '../interfaces/Environment.ts';
import type { IEntityKeyStrategy } from '../interfaces/IEntityKeyStrategy.ts';
import type { OrchestratorOptions } from '../interfaces/OrchestratorOptions.ts';
import type { EntitySource } from '../query/EntitySource.ts';
import type { FieldIndexes } from '../query/FieldIndexes.ts';
import { usualStrategy } from '../strategies/globalKeys.ts';
import type { EntityMap } from '../tiers/StoreTier.ts';
import type { chronicle } from './chronicle.ts';

/** What the options make a difference to before anything can be put together. */
export interface Taken {
  readonly environment: Basics;
  readonly strategy: IEntityKeyStrategy;
  /** What the app said about its entities; a name that nobody mentioned is as good as any. */
  readonly settingsOf: (entityName: string) => EntitySettings;
  /** What the schema of a name makes of a draft. */
  readonly validated: (entityName: string, draft: object) => object;
  /** Where the entities of a name stand. */
  readonly entitiesOf: (entityName: string, keyOf: (id: string) => string) => EntityMap;
  /** Null: no index was declared for that name. */
  readonly indexesOf: (entityName: string, source: EntitySource) => FieldIndexes | null;
  /** Null: nobody would hear of it. */
  readonly chronicle: typeof chronicle | null;
}

const none: EntitySettings = Object.freeze({});

const usual: Taken = {
  environment: systemBasics,
  strategy: usualStrategy,
  settingsOf: () => none,
  validated: (_entityName, draft) => draft,
  entitiesOf: () => new Map<string, AnyEntity>(),
  indexesOf: () => null,
  chronicle: null,
};

/** The code that looks at options is loaded where there is one to look at; the prefix is, where keys are made. */
export async function takeOptions(options: OrchestratorOptions): Promise<Taken> {
  if (Object.keys(Object(options)).join() === 'prefix') return usual;
  const isLocal = options?.local !== undefined || options?.cloud !== undefined;
  // Both at once: an app waits for one answer of the network and not for two.
  const parts = [import('./checkOptions.ts'), isLocal && import('./LocalPart.ts')] as const;
  const [{ checkOptions, loadExtras }] = await Promise.all(parts);
  await checkOptions(options);
  return { ...usual, ...(await loadExtras(options)) };
}
