import type { EntityOf } from '../drive/queuedIn.ts';
import { SyncRunner } from '../drive/SyncRunner.ts';
import type { SyncOptions } from '../interfaces/SyncTypes.ts';
import type { AttachedCloud } from '../sync/AttachedCloud.ts';
import { CloudLink } from '../sync/CloudLink.ts';
import type { Cloud } from '../sync/openCloud.ts';
import { type AttachOptions, linkOptions } from './linkOptions.ts';

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

/** Before anything is taken away for it. */
export async function checkCloud(cloud: Cloud, sync: SyncOptions, { prefix }: AttachOptions): Promise<void> {
  const { checkOptions } = await import('./checkOptions.ts');
  await checkOptions({ prefix, cloud, sync });
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
