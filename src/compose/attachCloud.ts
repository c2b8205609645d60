import type { DataManager } from '../DataManager.ts';
import type { EntityOf } from '../drive/queuedIn.ts';
import { SyncRunner } from '../drive/SyncRunner.ts';
import type { EntityTypes } from '../EntityTypes.ts';
import type { ILogger } from '../interfaces/ILogger.ts';
import type { Intervals, OrchestratorOptions } from '../interfaces/OrchestratorOptions.ts';
import type { SyncOptions } from '../interfaces/SyncTypes.ts';
import type { LinkRules } from '../reconcile/Finding.ts';
import type { SyncEngine } from '../SyncEngine.ts';
import type { AttachedCloud } from '../sync/AttachedCloud.ts';
import { CloudLink } from '../sync/CloudLink.ts';
import type { CloudLinkOptions } from '../sync/CloudLinkOptions.ts';
import { type ConflictRules, type ConflictRulesOptions, conflictRules } from '../sync/conflictRules.ts';
import { linkRules } from '../sync/linkRules.ts';
import type { Cloud } from '../sync/openCloud.ts';
import type { StateView } from '../sync/StateView.ts';
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

/** What this device holds of an entity. */
export const heldOf =
  ({ data }: AttachOptions): EntityOf =>
  (entityName, id) =>
    data.peek(entityName, id) ?? null;

/** How a link is driven. */
export function runnerOf(link: CloudLink, options: SyncOptions, parts: AttachOptions) {
  const { environment, logger } = parts;
  const { telemetry } = parts.given;
  const intervals = options.pullMs === undefined ? parts.intervals : { ...parts.intervals, pullMs: options.pullMs };
  return (onChange: () => void): SyncRunner =>
    new SyncRunner({
      work: link,
      options,
      environment,
      intervals,
      logger,
      telemetry,
      entityOf: heldOf(parts),
      onChange,
    });
}

/** Links the local tier with a cloud, and lets the engine drive it. Nothing is asked of the cloud yet. */
export async function attachCloud(cloud: Cloud, options: SyncOptions, parts: AttachOptions): Promise<AttachedCloud> {
  const { local, engine } = parts;
  if (local.tabs !== null) return local.tabs.attach(cloud, options, parts);
  const link = await CloudLink.open(cloud, options.startOver ?? false, linkOptions(options, parts));
  engine.attach(runnerOf(link, options, parts));
  if (options.autoStart ?? true) await engine.start();
  return link;
}

/** How edits are noted on a device that has a cloud, and not here: what was not sent stays to be sent. */
export async function detachedRules(view: StateView, parts: AttachOptions): Promise<LinkRules> {
  const { local, environment } = parts;
  await local.tier.readWaiting();
  return linkRules({
    ...rulesOf(parts),
    environment,
    outbox: local.outbox,
    conflicts: local.conflicts,
    isSynced: maySync(parts),
    isHeld: (key) => view.isHeld(key),
    isSettled: () => false,
    lookAgain: () => {},
  });
}
