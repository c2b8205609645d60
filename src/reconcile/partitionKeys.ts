import { addHash } from '../blob/hash.ts';
import type { KeySummary, Metadata } from '../interfaces/Metadata.ts';
import { fieldNames, readField } from './fields.ts';

/** The entity keys in which two tiers differ, each list in the order of code units. */
export interface KeyPartition {
  /** Keys of which B has no record of a synced name, not even a tombstone. */
  readonly onlyA: readonly string[];
  /** Keys of which A has no record of a synced name, not even a tombstone. */
  readonly onlyB: readonly string[];
  /** Keys of which both have records, and whose active records differ. */
  readonly differing: readonly string[];
  /** Keys that differ in tombstones alone: B may remember deletions that A was never told of. */
  readonly graves: readonly string[];
}

/**
 * Compares two indexes by what syncing keeps equal: the active records of the names that are synced. Tombstones may differ
 * without harm. A missing one matters only when a stale record comes back, and then the active records differ; or when its
 * id is used again.
 */
export function partitionKeys(a: Metadata, b: Metadata, namesSynced: (name: string) => boolean): KeyPartition {
  const onlyA: string[] = [];
  const onlyB: string[] = [];
  const differing: string[] = [];
  const graves: string[] = [];
  for (const key of fieldNames(a.entityKeys, b.entityKeys)) {
    const ofA = sumOf(readField(a.entityKeys, key), namesSynced);
    const ofB = sumOf(readField(b.entityKeys, key), namesSynced);
    if (ofA.hash === ofB.hash && ofA.count === ofB.count) {
      if (ofA.deletedHash !== ofB.deletedHash) graves.push(key);
    } else if (ofB.isEmpty) onlyA.push(key);
    else if (ofA.isEmpty) onlyB.push(key);
    else differing.push(key);
  }
  return { onlyA, onlyB, differing, graves };
}

interface KeySum {
  readonly hash: number;
  readonly deletedHash: number;
  readonly count: number;
  readonly isEmpty: boolean;
}

function sumOf(summary: KeySummary | undefined, namesSynced: (name: string) => boolean): KeySum {
  let hash = 0;
  let deletedHash = 0;
  let count = 0;
  let isEmpty = true;
  for (const [name, sums] of Object.entries(summary?.entities ?? {})) {
    if (!namesSynced(name)) continue;
    hash = addHash(hash, sums.hash);
    deletedHash = addHash(deletedHash, sums.deletedHash);
    count += sums.count;
    if (sums.count > 0 || sums.deletedCount > 0) isEmpty = false;
  }
  return { hash, deletedHash, count, isEmpty };
}
