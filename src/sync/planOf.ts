import type { PendingRecord } from '../blob/KeyDraft.ts';
import type { ISharedTier } from '../interfaces/ISharedTier.ts';
import type { SyncPlan, SyncScope } from '../interfaces/SyncTypes.ts';
import type { LinkRules } from '../reconcile/Finding.ts';
import { partitionKeys } from '../reconcile/partitionKeys.ts';
import { syncedView } from '../reconcile/syncedView.ts';
import type { LocalTier } from '../tiers/LocalTier.ts';
import type { Outbox } from '../tiers/Outbox.ts';
import type { LinkState } from './LinkState.ts';

export interface PlanParts {
  readonly cloud: ISharedTier;
  readonly local: Pick<LocalTier, 'readMetadata'>;
  readonly outbox: Outbox;
  readonly state: LinkState;
  readonly rules: LinkRules;
}

/** What an entity takes on the wire when nothing better is known. */
const usualBytes = 300;

/** What a sync would do now. It looks at the cloud, and changes nothing. A scope says what would be sent. */
export async function planOf(
  { cloud, local, outbox, state, rules }: PlanParts,
  { collections, ids }: SyncScope,
): Promise<SyncPlan> {
  const look = await cloud.changesSince(state.cursor);
  const isMine = ({ entityName }: { readonly entityName: string }): boolean => rules.isSynced(entityName);
  const changes = look.changes.filter(isMine);
  const keys = new Set(state.remote.keys());
  let toRead = 0;
  if (look.reach !== 'since') {
    const theirs = await cloud.readMetadata();
    const mine = syncedView(await local.readMetadata(), outbox);
    const { onlyB, differing } = partitionKeys(mine, theirs, (entityName) => isMine({ entityName }));
    for (const key of [...onlyB, ...differing]) keys.add(key);
    for (const key of keys) {
      const names = Object.values(theirs.entityKeys[key]?.entities ?? {});
      toRead += names.reduce((sum, { count, deletedCount }) => sum + count + deletedCount, 0);
    }
  }
  const isMeant = ({ entityName, id }: PendingRecord): boolean =>
    (collections?.includes(entityName) ?? true) && (ids?.includes(id) ?? true);
  const waiting = outbox.all().filter((one) => isMine(one) && isMeant(one) && one.entry.rejected === null);
  const deleted = waiting.filter(({ record }) => record?.isDeleted === true);
  const created = waiting.filter(({ record, entry }) => record?.isDeleted === false && !entry.base);
  const textOf = (record: { readonly text: string } | null | undefined): number => record?.text.length ?? 0;
  const sent = waiting.reduce((sum, { record }) => sum + textOf(record), 0);
  const received = changes.reduce((sum, { record }) => sum + textOf(record), 0) + toRead * usualBytes;
  return {
    push: {
      created: created.length,
      updated: waiting.length - created.length - deleted.length,
      deleted: deleted.length,
    },
    pull: {
      keys: keys.size,
      changes: changes.length,
      deletions: changes.filter(({ record }) => record?.isDeleted === true).length,
    },
    requests: 1 + (look.reach === 'since' ? 0 : 1) + keys.size + (waiting.length > 0 ? 1 : 0),
    bytes: sent + received,
  };
}
