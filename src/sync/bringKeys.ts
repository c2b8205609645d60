import type { HeldRecords } from '../interfaces/ISharedTier.ts';
import type { StoredRecord } from '../interfaces/StoredRecord.ts';
import { type Finding, isDeletion } from '../reconcile/Finding.ts';
import { meetKey } from '../reconcile/meetKey.ts';
import { syncedRecords } from '../reconcile/syncedView.ts';
import type { Revise } from '../tiers/revision.ts';
import { unlessCorrupt } from '../util/unlessCorrupt.ts';
import type { HydratorOptions } from './Hydrator.ts';

export interface BringOptions extends HydratorOptions {
  /** Told of each key whether the cloud can read it. */
  readonly onRead: (entityKey: string, isReadable: boolean) => Promise<void>;
}

/** Reads these keys from the cloud, and lets all that they hold meet what is here. Returns how much that changed. */
export async function bringKeys(keys: readonly string[], options: BringOptions): Promise<number> {
  const { cloud, local, memory, state, guard, rules, wanted, onRead } = options;
  const read = await Promise.all(
    keys.map(async (key) => [key, await unlessCorrupt(cloud.readKey(key, heldOf(key, options)))] as const),
  );
  for (const [key, records] of read) await onRead(key, records !== null);
  const good = read.flatMap(([key, records]) => (records === null ? [] : [[key, records] as const]));
  await memory.prepare(
    new Map(good.map(([key, records]) => [key, new Set(records.map(({ entityName }) => entityName))])),
  );
  const found = new Map<string, readonly Finding[]>();
  const fresh = new Set<string>();
  const revisions = good.map(([key, records]): [string, Revise] => [
    key,
    (draft) => {
      if (draft.isEmpty) fresh.add(key);
      const { horizon } = state;
      const { since = null, isWithdrawing = false } = state.remote.get(key) ?? {};
      const isBehindHorizon = since !== null && since < horizon.seq;
      const [isFirst, isWanted] = [since === null, wanted.has(key)];
      const findings = meetKey(draft, records, { rules, horizon, isFirst, isBehindHorizon, isWithdrawing, isWanted });
      found.set(key, findings);
      guard.check([...found.values()].flat().filter(isDeletion).length);
    },
  ]);
  const refused = await local.revise(new Map(revisions), 'restored');
  for (const [key] of good) if (!refused.has(key)) state.markHeld(key);
  const findings = [...found.values()].flat();
  guard.note(findings.filter(isDeletion).length);
  // First, because what is stored here is not brought again: memory would never hear of it.
  await memory.adopt(findings, found.keys(), fresh);
  await state.save();
  for (const [key] of good) wanted.settle(key, !refused.has(key));
  return findings.length;
}

/** What is here of a key, so that only what differs is read. Nothing, where nothing is, or was looked at. */
function heldOf(entityKey: string, { local, outbox, rules, wanted }: BringOptions): HeldRecords | undefined {
  if (local.summaryOf(entityKey) === undefined) return undefined;
  const { isSynced } = rules;
  return {
    isSynced,
    read: async () => {
      const records = syncedRecords(await local.readHeld(entityKey), outbox.ofKey(entityKey));
      // Of what was taken away to make room the content is wanted.
      const isThere = ({ isEvicted }: StoredRecord): boolean => isEvicted !== true || !wanted.has(entityKey);
      return records.filter((record) => isSynced(record.entityName) && isThere(record));
    },
  };
}
