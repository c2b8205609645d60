import type { KeyDraft } from '../blob/KeyDraft.ts';
import { KeySums } from '../blob/KeySums.ts';
import type { IPersistence } from '../interfaces/IPersistence.ts';
import type { StoredRecord } from '../interfaces/StoredRecord.ts';
import { compareRecords } from '../reconcile/compareRecords.ts';
import { readIndex, writeIndex } from '../tiers/localIndex.ts';
import { PersistenceTier } from '../tiers/PersistenceTier.ts';
import type { Revise } from '../tiers/revision.ts';
import { placeOf } from '../util/placeOf.ts';
import { claimAlone } from './claimAlone.ts';
import type { Fault } from './Fault.ts';
import { LocalReader } from './LocalReader.ts';
import { loadReadable } from './loadBlob.ts';
import { type Outside, openReader } from './openReader.ts';
import { putAside } from './putAside.ts';
import { damagedKeys, lossOf, type RepairOptions, type RepairReport, repairReport } from './RepairReport.ts';
import { keyPrefixOf, type LocalPlace, persistenceOf, type TierPlace } from './TierPlace.ts';
import { type KeyLook, steps } from './TierReader.ts';
import { survey } from './verify.ts';

type Seen = Map<string, KeyLook>;

/** What a device keeps, mended by what its tier does on opening, and from another tier. */
export async function repairLocal(place: LocalPlace, options: RepairOptions, outside: Outside): Promise<RepairReport> {
  const keyPrefix = keyPrefixOf(place);
  const persistence = persistenceOf(place, outside.createId);
  claimAlone(persistence, options);
  const reader = new LocalReader(persistence, keyPrefix);
  const seen: Seen = new Map();
  const before = await survey(reader, options, (look) => {
    if (look.faults.length > 0) seen.set(look.entityKey, look);
  });
  if (before.length === 0) return repairReport(before, [], { taken: 0, setAside: [] });
  const alone = <T>(work: () => Promise<T>): Promise<T> => persistence.exclusive?.(work) ?? work();
  const damaged = damagedKeys(before);
  const setAside: string[] = [];
  await alone(() => doubt(persistence, `${keyPrefix}$metadata`, damaged));
  const tier = await PersistenceTier.open({
    persistence,
    keyPrefix,
    createId: outside.createId,
    onProblem: ({ setAsideAs }) => setAsideAs !== undefined && setAside.push(setAsideAs),
  });
  await tier.readNote();
  await tier.revise(new Map());
  // After the index says that something of them is lost: no crash makes it forget.
  setAside.push(...(await alone(() => putAside(persistence, keyPrefix, damaged, outside.createId))));
  const { from } = options;
  const taken = from === undefined ? 0 : await takeFrom(from, { tier, before, seen, options, outside });
  const lost: Fault[] = [];
  const after = await survey(reader, options, (look) => {
    lost.push(...lossOf(look, seen.get(look.entityKey)?.said));
  });
  return repairReport(before, [...after, ...lost], { taken, setAside });
}

/** The keys are counted anew by whoever opens the tier next. A lost index is: all of them are then. */
async function doubt(persistence: IPersistence, indexKey: string, entityKeys: readonly string[]): Promise<void> {
  const index = await loadReadable(persistence, indexKey, readIndex);
  if (index === null) return;
  const checking = [...new Set([...index.checking, ...entityKeys])];
  await persistence.storeData(indexKey, writeIndex({ ...index, checking }));
}

interface Taking {
  readonly tier: PersistenceTier;
  readonly before: readonly Fault[];
  readonly seen: Seen;
  readonly options: RepairOptions;
  readonly outside: Outside;
}

/** Takes what was lost, and of what was miscounted the versions that the index had counted. */
async function takeFrom(from: TierPlace, { tier, before, seen, options, outside }: Taking): Promise<number> {
  const other = openReader(from, outside);
  const { entityKeys } = await other.outline();
  const isIndexLost = before.some(({ entityKey, code }) => entityKey === null && code !== 'miscounted');
  // Without an index nobody knows which keys there were.
  const wanted = new Set([...damagedKeys(before), ...(isIndexLost ? entityKeys : [])]);
  const taken = new Map<string, number>();
  for (const chunk of steps([...wanted], 'mending', options)) {
    const found = (await other.read(chunk)).filter(({ records }) => records.length > 0);
    const revisionsOf = (isWhole: boolean): Map<string, Revise> =>
      new Map(
        found
          .filter(({ faults }) => (faults.length === 0) === isWhole)
          .map((look) => [
            look.entityKey,
            (draft) => void taken.set(look.entityKey, take(draft, look.records, seen.get(look.entityKey))),
          ]),
      );
    await tier.revise(revisionsOf(true), 'restored');
    await tier.revise(revisionsOf(false));
  }
  return [...taken.values()].reduce((sum, count) => sum + count, 0);
}

/**
 * The later of two versions stays; of what was only miscounted, the version that the index had counted, as long as nobody
 * has changed it since.
 */
function take(draft: KeyDraft, records: readonly StoredRecord[], seen: KeyLook | undefined): number {
  const isAsCounted = seen !== undefined && KeySums.of(records).equals(seen.said);
  const rotten = new Map(seen?.records.map((record) => [placeOf(record.entityName, record.id), record.hash]));
  let count = 0;
  for (const record of records) {
    const { entityName, id } = record;
    const current = draft.record(entityName, id);
    const order = current === undefined ? 1 : compareRecords(record, current);
    const isRotten = isAsCounted && order < 0 && rotten.get(placeOf(entityName, id)) === current?.hash;
    if (order <= 0 && !isRotten) continue;
    draft.put(record, current);
    count += 1;
  }
  return count;
}
