import { type DataOrchestrator, MemoryBucket } from 'tiersync';
import { createServerTier } from 'tiersync/client';

export type CloudName = 'server' | 'bucket';

export const clouds: { readonly [name in CloudName]: { readonly title: string; readonly tells: string } } = {
  server: {
    title: 'Server',
    tells: 'A tiersync server with PostgreSQL inside. It tells the devices of changes at once.',
  },
  bucket: {
    title: 'Bucket',
    tells: 'Plain named bytes, as in S3, kept by this page. No server; devices look for themselves.',
  },
};

/** Shared by the devices of this page, and gone with it. What the devices keep is not. */
const bucket = new MemoryBucket();

/**
 * What was not sent yet is kept for the new one. The bucket begins empty with each page, which would look like a loss to a
 * device that has synced before: it is told that this is meant.
 */
export function attachCloud(data: Pick<DataOrchestrator, 'setCloud'>, name: CloudName): Promise<void> {
  if (name === 'bucket') return data.setCloud(bucket, { pullMs: 1_000, startOver: true });
  return data.setCloud(createServerTier({ url: `${location.origin}/sync` }));
}
