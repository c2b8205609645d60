import type { KeyDraft } from '../blob/KeyDraft.ts';
import { KeySums, toMetadata } from '../blob/KeySums.ts';
import type { Horizon } from '../interfaces/ISharedTier.ts';
import type { KeySummary, Metadata } from '../interfaces/Metadata.ts';
import type { OutboxEntry } from '../interfaces/OutboxEntry.ts';
import type { StoredRecord } from '../interfaces/StoredRecord.ts';
import { placeOf } from '../util/placeOf.ts';
import { type Finding, type LinkRules, newEntry } from './Finding.ts';

/** What waits to be sent, key by key. */
export interface PendingByKey {
  ofKey(entityKey: string): ReadonlyArray<{
    readonly entityName: string;
    readonly id: string;
    readonly entry: OutboxEntry;
    readonly record: StoredRecord | undefined;
  }>;
}

/** The index of a local tier as its cloud knows it: what waits to be sent counts as what it was made of. */
export function syncedView({ entityKeys }: Metadata, pending: PendingByKey): Metadata {
  const keys = Object.entries(entityKeys).map(([key, summary]): [string, KeySummary] => {
    const ofKey = pending.ofKey(key);
    if (ofKey.length === 0) return [key, summary];
    const sums = KeySums.from(summary);
    for (const { entry, record } of ofKey) sums.replace(record, entry.base ?? undefined);
    return [key, sums.summary()];
  });
  return toMetadata(new Map(keys));
}

/** The same for the records of one key; what waits and was made of something unknown is left out. */
export function syncedRecords(
  held: readonly StoredRecord[],
  pending: ReturnType<PendingByKey['ofKey']>,
): readonly StoredRecord[] {
  const places = new Set(pending.map(({ entityName, id }) => placeOf(entityName, id)));
  const settled = held.filter(({ entityName, id }) => !places.has(placeOf(entityName, id)));
  return [...settled, ...pending.flatMap(({ entry }) => entry.base ?? [])];
}

/** Everything of a key is to be sent, whether or not the cloud was thought to hold it. */
export function offerAll(draft: KeyDraft, rules: LinkRules): void {
  for (const { entityName, id, isEvicted } of draft.records()) {
    if (!isEvicted && rules.isSynced(entityName) && draft.entry(entityName, id) === undefined) {
      draft.setEntry(entityName, id, newEntry(rules, undefined));
    }
  }
}

/** What a key holds of such names was made here, as far as the cloud knows. */
export function offerNew(draft: KeyDraft, isNew: (entityName: string) => boolean, rules: LinkRules): void {
  for (const { entityName, id, isDeleted, isEvicted } of draft.records()) {
    if (!isDeleted && !isEvicted && isNew(entityName) && draft.entry(entityName, id) === undefined) {
      draft.setEntry(entityName, id, newEntry(rules, null));
    }
  }
}

/** Deletions that everybody has forgotten are forgotten here too. What is created later is stamped after them. */
export function dropForgotten(draft: KeyDraft, horizon: Horizon, rules: LinkRules): Finding[] {
  const { entityKey } = draft;
  const findings: Finding[] = [];
  for (const before of draft.records()) {
    const { entityName, id, isDeleted, stamp } = before;
    const isForgotten = isDeleted && stamp <= horizon.stamp && rules.isSynced(entityName);
    if (!isForgotten || draft.entry(entityName, id) !== undefined) continue;
    draft.remove(entityName, id);
    findings.push({ entityKey, entityName, id, before, after: null });
  }
  return findings;
}
