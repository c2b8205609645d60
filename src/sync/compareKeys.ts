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

/** Other names are synced than when the cursor was set: of those it says nothing, and here nothing of them was sent. */
export async function widen({ cloud, local, state, rules }: ComparedParts, seen: Look): Promise<Look> {
  if (seen.reach === 'first') return seen;
  const isNew = (name: string): boolean => rules.isSynced(name) && !wasSynced(state.names, name);
  const { entityKeys } = await local.readMetadata();
  const keys = Object.keys(entityKeys).filter((key) => Object.keys(entityKeys[key]?.entities ?? {}).some(isNew));
  await local.revise(new Map(keys.map((key): [string, Revise] => [key, (draft) => offerNew(draft, isNew, rules)])));
  return { ...(await cloud.changesSince(null)), reach: 'behind' };
}

/** Finds the keys in which the two differ, by their hashes alone. They count as not here until they were compared. */
export async function compareKeys({ cloud, local, outbox, state, rules }: ComparedParts, look: Look): Promise<void> {
  const theirs = await cloud.readMetadata();
  const mine = syncedView(await local.readMetadata(), outbox);
  const { onlyA, onlyB, differing, graves } = partitionKeys(mine, theirs, (name) => rules.isSynced(name));
  const touchedLater = new Set(look.changes.map(({ entityKey }) => entityKey));
  // In another history what came later there may be earlier than what is here, even than what was deleted here.
  const mayBeOlder = (key: string): boolean => look.reach === 'first' && local.summaryOf(key) !== undefined;
  const meeting = [...touchedLater].filter(mayBeOlder);
  // Whoever else comes from the cloud before may not have heard of what was deleted there.
  const buried = look.reach === 'first' ? graves.filter((key) => hasDeletions(mine.entityKeys[key], rules)) : [];
  // What waits to be sent may meet a deletion there, or one that is forgotten: neither shows in what was compared.
  const different = new Set([...onlyA, ...onlyB, ...differing, ...meeting, ...buried, ...outbox.keys()]);
  // Where the changes do not begin at what was compared, a key may differ that both leave out.
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
