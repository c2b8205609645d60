import { environmentOf } from '../adapters/systemEnvironment.ts';
import { EntityKeyHandler } from '../EntityKeyHandler.ts';
import type { Environment } from '../interfaces/Environment.ts';
import type { TierProblem } from '../interfaces/ITier.ts';
import type { OrchestratorOptions } from '../interfaces/OrchestratorOptions.ts';
import { MetadataManager } from '../MetadataManager.ts';
import type { FieldIndexes } from '../query/FieldIndexes.ts';
import { EntityKeyGlobalStrategy } from '../strategies/EntityKeyGlobalStrategy.ts';
import type { LocalPart, OpenedLocal } from './LocalPart.ts';

/** What has to be read before anything can be put together. */
export interface Parts {
  readonly environment: Environment;
  readonly keys: EntityKeyHandler;
  readonly metadata: MetadataManager;
  /** Null: no index is declared. */
  readonly Indexes: typeof FieldIndexes | null;
  /** Whether a slower tier is to hear of what is written. */
  readonly isNoted: boolean;
}

export interface OpenedParts extends Parts {
  readonly Local: typeof LocalPart | null;
  readonly opened: OpenedLocal | null;
}

/** Code that only some apps need is loaded here, when they need it. */
export async function openParts(
  options: OrchestratorOptions,
  onProblem: (problem: TierProblem) => void,
): Promise<OpenedParts> {
  const environment = environmentOf(options.environment);
  const keys = new EntityKeyHandler({
    prefix: options.prefix,
    strategy: options.strategy ?? new EntityKeyGlobalStrategy(),
    createId: environment.createId,
  });
  // What is to be shared stands in a local tier first, if only one in memory.
  const given = options.local ?? (options.cloud === undefined ? undefined : null);
  const Local = given === undefined ? null : (await import('./LocalPart.ts')).LocalPart;
  const keyPrefix = keys.prefix + keys.separator;
  const opened =
    given === undefined
      ? null
      : ((await Local?.open(given, { keyPrefix, createId: environment.createId, onProblem })) ?? null);
  const tier = opened?.tier;
  const metadata = new MetadataManager({
    index: (await tier?.readMetadata()) ?? null,
    uncounted: tier?.uncounted ?? [],
    isComplete: tier?.isComplete ?? true,
  });
  const isIndexed = Object.values(options.entities ?? {}).some(({ indexes = [] }) => indexes.length > 0);
  const Indexes = isIndexed ? (await import('../query/FieldIndexes.ts')).FieldIndexes : null;
  return { environment, keys, metadata, Indexes, isNoted: opened !== null, Local, opened };
}
