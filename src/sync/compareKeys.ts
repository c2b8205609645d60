import type { ISharedTier, Look } from '../interfaces/ISharedTier.ts';
import type { KeySummary } from '../interfaces/Metadata.ts';
import type { LinkRules } from '../reconcile/Finding.ts';
import { partitionKeys } from '../reconcile/partitionKeys.ts';
import { offerNew, syncedView } from '../reconcile/syncedView.ts';
import type { Outbox } from '../tiers/Outbox.ts';
import type { Revise } from '../tiers/revision.ts';
import type { LocalSide } from './guardedLocal.ts';
import type { LinkState } from './LinkState.ts';
import { wasSynced } from './syncedNames.ts';

export interface ComparedParts {
  readonly local: LocalSide;
  readonly cloud: ISharedTier;
  readonly state: LinkState;
  readonly outbox: Outbox;
  readonly rules: LinkRules;
}

/**
 * Entity names are synced now that were not when the cursor was set. The cursor says nothing of them, so the cloud is looked
 * at from the beginning; and what is here of them was never sent, so it is noted in the outbox.
 */
export async function widen({ cloud, local, state, rules }: ComparedParts, seen: Look): Promise<Look> {
  if (seen.reach === 'first') return seen;
  const isNew = (name: string): boolean => rules.isSynced(name) && !wasSynced(state.names, name);
  const { entityKeys } = await local.readMetadata();
  const keys = Object.keys(entityKeys).filter((key) => Object.keys(entityKeys[key]?.entities ?? {}).some(isNew));
  await local.revise(new Map(keys.map((key): [string, Revise] => [key, (draft) => offerNew(draft, isNew, rules)])));
  return { ...(await cloud.changesSince(null)), reach: 'behind' };
}

/** Finds the keys in which device and cloud differ, by their hashes, and marks them: they count as not here until fetched. */
export async function compareKeys({ cloud, local, outbox, state, rules }: ComparedParts, look: Look): Promise<void> {
  const theirs = await cloud.readMetadata();
  const mine = syncedView(await local.readMetadata(), outbox);
  const { onlyA, onlyB, differing, graves } = partitionKeys(mine, theirs, (name) => rules.isSynced(name));
  const touchedLater = new Set(look.changes.map(({ entityKey }) => entityKey));
  // Changes that came after the index are taken without a comparison, but not from another history than that of the cursor:
  // there they may be older than what is here, even older than a deletion here. Such keys are fetched and compared.
  const mayBeOlder = (key: string): boolean => look.reach === 'first' && local.summaryOf(key) !== undefined;
  const meeting = [...touchedLater].filter(mayBeOlder);
  // Deletions that this device brings from an earlier cloud are sent: others coming from there may not have heard of them.
  const buried = look.reach === 'first' ? graves.filter((key) => hasDeletions(mine.entityKeys[key], rules)) : [];
  // Keys with unsent edits are compared in any case: an edit may meet a deletion in the cloud, and hashes of active records do
  // not show deletions.
  const different = new Set([...onlyA, ...onlyB, ...differing, ...meeting, ...buried, ...outbox.keys()]);
  // Keys marked earlier are in step after all if hashes and changes together cover everything. With `since` they do not: the
  // changes begin at the cursor, and the hashes are older.
  const isSame = (key: string): boolean => look.reach !== 'since' && !different.has(key) && !touchedLater.has(key);
  for (const key of state.remote.keys()) if (isSame(key)) state.markHeld(key);
  for (const key of graves) state.noteUntold(Date.parse(theirs.entityKeys[key]?.updatedAt ?? '') || 0);
  for (const key of different) {
    const summary = theirs.entityKeys[key];
    const names = summary === undefined ? [] : Object.keys(summary.entities);
    const earlier = state.remote.get(key);
    const inStep = earlier === undefined ? (state.cursor?.seq ?? null) : earlier.since;
    const since = look.reach === 'first' ? null : inStep;
    const stamp = summary === undefined ? 0 : Date.parse(summary.updatedAt);
    const isWithdrawing = since !== null && (look.isWithdrawing ?? earlier?.isWithdrawing ?? false);
    state.markRemote(key, { names, stamp, since, ...(isWithdrawing ? { isWithdrawing } : {}) });
  }
}

const hasDeletions = (summary: KeySummary | undefined, rules: LinkRules): boolean =>
  Object.entries(summary?.entities ?? {}).some(([name, sums]) => rules.isSynced(name) && sums.deletedCount > 0);
