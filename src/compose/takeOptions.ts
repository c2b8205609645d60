import { systemBasics } from '../adapters/systemBasics.ts';
import type { validate } from '../blob/validate.ts';
import type { Basics } from '../interfaces/Environment.ts';
import type { IEntityKeyStrategy } from '../interfaces/IEntityKeyStrategy.ts';
import type { OrchestratorOptions } from '../interfaces/OrchestratorOptions.ts';
import type { FieldIndexes } from '../query/FieldIndexes.ts';
import { usualStrategy } from '../strategies/globalKeys.ts';
import type { entitiesIn } from '../tiers/entitiesIn.ts';
import type { chronicle } from './chronicle.ts';

/** What the options make a difference to before anything can be put together. Null: this app does not need that code. */
export interface Taken {
  readonly environment: Basics;
  readonly strategy: IEntityKeyStrategy;
  /** For a store that the app brings. */
  readonly entitiesIn: typeof entitiesIn | null;
  readonly Indexes: typeof FieldIndexes | null;
  readonly validate: typeof validate | null;
  readonly chronicle: typeof chronicle | null;
}

const usual: Taken = {
  environment: systemBasics,
  strategy: usualStrategy,
  entitiesIn: null,
  Indexes: null,
  validate: null,
  chronicle: null,
};

/** The code that looks at options is loaded where there is one to look at; the prefix is, where keys are made. */
export async function takeOptions(options: OrchestratorOptions): Promise<Taken> {
  const { prefix: _prefix, ...others } = Object(options) as OrchestratorOptions;
  if (Object(options) === options && Object.keys(others).length === 0) return usual;
  const isLocal = others.local !== undefined || others.cloud !== undefined;
  // Both at once: an app waits for one answer of the network and not for two.
  const parts = [import('./checkOptions.ts'), isLocal && import('./LocalPart.ts')] as const;
  const [{ checkOptions, loadExtras }] = await Promise.all(parts);
  await checkOptions(options);
  return loadExtras(options);
}
