import { canonicalText } from '../../blob/canonicalText.ts';
import { activeRecord, tombstone } from '../../blob/records.ts';
import { TierSyncError } from '../../errors.ts';
import type { StoredEntity } from '../../interfaces/EntityKeyData.ts';
import type { Cursor, ISharedTier } from '../../interfaces/ISharedTier.ts';
import type { Change } from '../../interfaces/ITier.ts';
import type { StoredRecord } from '../../interfaces/StoredRecord.ts';
import { inChunks } from '../../util/inChunks.ts';
import { placeOf } from '../../util/placeOf.ts';

/** What going back has changed. */
export interface Restored {
  /** Entities that have their old content again. */
  readonly restored: number;
  /** Entities that did not exist then. */
  readonly deleted: number;
}

export interface RestorableTier extends ISharedTier {
  readAt(seq: number): Promise<readonly Change[]>;
}

const keysAtOnce = 8;
const tries = 8;

/**
 * Makes the present what it was at a checkpoint, as one more commit with new stamps: every device takes it like any
 * other edit, and what it replaces can be restored in turn.
 */
export async function restoreTo(tier: RestorableTier, seq: number, now: number): Promise<Restored> {
  const past = await tier.readAt(seq);
  for (let turn = 0; turn < tries; turn++) {
    const { cursor, horizon, changes: tail } = await tier.changesSince(null);
    const present = await readAll(tier, tail);
    // Something forgotten may have been deleted later than what is restored was stamped.
    const changes = differences(past, present, Math.max(now, horizon.stamp + 1));
    const deleted = changes.filter(({ record }) => record?.isDeleted).length;
    if (changes.length === 0 || (await tier.commit(changes, cursor as Cursor)) !== 'stale') {
      return { restored: changes.length - deleted, deleted };
    }
  }
  throw new TierSyncError('unavailable', 'others wrote to this cloud all the time; try again later');
}

async function readAll(tier: ISharedTier, tail: readonly Change[]): Promise<readonly Change[]> {
  const { entityKeys } = await tier.readMetadata();
  const keys = new Set([...Object.keys(entityKeys), ...tail.map(({ entityKey }) => entityKey)]);
  const all: Change[] = [];
  await inChunks([...keys], keysAtOnce, async (entityKey) => {
    for (const record of await tier.readKey(entityKey)) {
      all.push({ entityKey, entityName: record.entityName, id: record.id, record });
    }
  });
  return all;
}

/** What has to be written so that the active entities of the present are those of the past. */
export function differences(past: readonly Change[], present: readonly Change[], earliest: number): readonly Change[] {
  const now = byPlace(present);
  const then = byPlace(past);
  const changes: Change[] = [];
  for (const [place, { record: old, ...at }] of then) {
    const current = now.get(place)?.record;
    if (!isActive(old) || (isActive(current) && contentOf(current) === contentOf(old))) continue;
    changes.push({ ...at, record: again(old, current, stampAfter(current, earliest)) });
  }
  for (const [place, { record: current, ...at }] of now) {
    if (!isActive(current) || isActive(then.get(place)?.record)) continue;
    changes.push({ ...at, record: tombstone(at.entityName, at.id, stampAfter(current, earliest)) });
  }
  return changes;
}

const byPlace = (changes: readonly Change[]): ReadonlyMap<string, Change> =>
  new Map(changes.map((change) => [`${change.entityKey}\u0000${placeOf(change.entityName, change.id)}`, change]));

type Active = StoredRecord & { readonly value: StoredEntity };

/** Without what every edit changes. */
const contentOf = ({ value }: Active): string => canonicalText({ ...value, updatedAt: '', version: 0 });

const isActive = (record: StoredRecord | null | undefined): record is Active =>
  record?.value !== null && record !== undefined;

const stampAfter = (current: StoredRecord | null | undefined, earliest: number): string =>
  new Date(Math.max(earliest, (current?.stamp ?? 0) + 1)).toISOString();

function again(old: Active, current: StoredRecord | null | undefined, updatedAt: string): StoredRecord {
  const version = Math.max(old.version, current?.version ?? 0) + 1;
  return activeRecord(old.entityName, old.id, { ...old.value, updatedAt, version });
}
