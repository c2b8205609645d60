import type { DataManager } from '../DataManager.ts';
import type { EntityTypes } from '../EntityTypes.ts';
import type { ILogger } from '../interfaces/ILogger.ts';
import type { Intervals, OrchestratorOptions } from '../interfaces/OrchestratorOptions.ts';
import type { SyncOptions } from '../interfaces/SyncTypes.ts';
import type { SyncEngine } from '../SyncEngine.ts';
import type { CloudLinkOptions } from '../sync/CloudLinkOptions.ts';
import { type ConflictRules, type ConflictRulesOptions, conflictRules } from '../sync/conflictRules.ts';
import type { LocalPart } from './LocalPart.ts';

export interface AttachOptions
  extends Pick<CloudLinkOptions, 'prefix' | 'keyPrefix' | 'keyOf' | 'environment' | 'loader' | 'metadata' | 'events'> {
  readonly local: LocalPart;
  readonly data: DataManager;
  readonly types: EntityTypes;
  readonly validated: ConflictRulesOptions['validated'];
  readonly engine: SyncEngine;
  readonly intervals: Intervals;
  readonly logger: ILogger;
  readonly given: OrchestratorOptions;
}

type Conflicts = Pick<SyncOptions, 'conflictStrategy' | 'conflictResolver'>;

function rulesOf({ types, validated, given }: AttachOptions, own: Conflicts = {}): ConflictRules {
  const { conflictStrategy: strategy, conflictResolver: resolver = given.conflictResolver } = own;
  // Who brings a resolver means it to be asked.
  const usual = own.conflictResolver === undefined ? given.conflictStrategy : undefined;
  return conflictRules({ types, validated, strategy: strategy ?? usual, resolver });
}

const maySync =
  ({ types }: AttachOptions) =>
  (entityName: string): boolean =>
    types.settingsOf(entityName).sync !== false;

/** What a link with a cloud works with. */
export function linkOptions(options: SyncOptions, parts: AttachOptions): CloudLinkOptions {
  const { local, data, engine } = parts;
  return {
    ...parts,
    ...rulesOf(parts, options),
    local: local.tier,
    outbox: local.outbox,
    conflicts: local.conflicts,
    flusher: local.flusher,
    room: local.room,
    options,
    unsynced: Object.entries(parts.given.entities ?? {}).flatMap(([name, { sync }]) => (sync === false ? name : [])),
    maySync: maySync(parts),
    peek: (entityName, id) => data.peek(entityName, id),
    get: (entityName, id) => data.get(entityName, id),
    save: (entityName, id, version) => {
      if (version === null) data.deleteMany(entityName, [id]);
      else data.save(entityName, { ...version });
    },
    update: (entityName, id, patch) => data.update(entityName, id, patch),
    pull: () => engine.pull(),
    push: () => engine.push(),
  };
}
