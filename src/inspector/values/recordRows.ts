import type { StoredRecord, TierName } from 'tiersync';

/** What a tier holds of one id. Undefined: nobody has looked; null: nothing. */
export type RecordVersions = { readonly [tier in TierName]: StoredRecord | null | undefined };

/** One id of a key in all tiers. */
export interface RecordRow {
  readonly place: string;
  readonly entityName: string;
  readonly id: string;
  readonly versions: RecordVersions;
  /** `alone`: a tier that was looked at does not have it. */
  readonly state: 'same' | 'apart' | 'alone';
}

export type TierRecords = { readonly [tier in TierName]: readonly StoredRecord[] | undefined };

const tiers: readonly TierName[] = ['memory', 'local', 'cloud'];
const placeOf = ({ entityName, id }: StoredRecord): string => `${entityName} ${id}`;

/** All records of a key, in the order of name and id. */
export function recordRows(records: TierRecords): readonly RecordRow[] {
  const maps = tiers.map((tier) => new Map(records[tier]?.map((record) => [placeOf(record), record])));
  const places = [...new Set(maps.flatMap((map) => [...map.keys()]))].sort();
  return places.map((place) => {
    const [memory, local, cloud] = maps.map((map, i) => map.get(place) ?? (records[tiers[i] as TierName] && null));
    const { entityName, id } = (memory ?? local ?? cloud) as StoredRecord;
    return { place, entityName, id, versions: { memory, local, cloud }, state: stateOf([memory, local, cloud]) };
  });
}

function stateOf([memory, ...below]: readonly (StoredRecord | null | undefined)[]): RecordRow['state'] {
  const hashes = [memory, ...below].filter((record) => record != null).map(({ hash }) => hash);
  if (new Set(hashes).size > 1) return 'apart';
  // Memory holds what somebody has read, and is not expected to have more.
  return below.includes(null) ? 'alone' : 'same';
}

/** Versions that are one and the same, with the tiers that hold it. */
export interface SharedVersion {
  readonly tiers: readonly TierName[];
  readonly record: StoredRecord;
}

export function sharedVersions(versions: RecordVersions): readonly SharedVersion[] {
  const shared = new Map<string, { tiers: TierName[]; record: StoredRecord }>();
  for (const tier of tiers) {
    const record = versions[tier];
    if (record == null) continue;
    const key = `${record.hash} ${record.isEvicted}`;
    const known = shared.get(key);
    if (known === undefined) shared.set(key, { tiers: [tier], record });
    else known.tiers.push(tier);
  }
  return [...shared.values()];
}
