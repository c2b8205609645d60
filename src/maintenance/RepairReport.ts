import { countOf } from '../blob/indexCounts.ts';
import { KeySums } from '../blob/KeySums.ts';
import type { KeySummary } from '../interfaces/Metadata.ts';
import { type Fault, isMendable } from './Fault.ts';
import type { OutsideOptions } from './openReader.ts';
import type { TierPlace } from './TierPlace.ts';
import type { KeyLook, LongWork } from './TierReader.ts';

/** Where help may come from, and who watches. */
export interface RepairOptions extends LongWork, OutsideOptions {
  /** A tier that may hold what was lost: the cloud of a device, or what a device of that cloud keeps. */
  readonly from?: TierPlace;
  /** No app uses the tier meanwhile. Has to be said of a persistence without `exclusive`, where nothing keeps one out. */
  readonly isAlone?: boolean;
  /** The names that may go from a device to its cloud. Left out: those that the cloud is seen to hold. */
  readonly isSynced?: (entityName: string) => boolean;
}

/** What was done, and what is left. */
export interface RepairReport {
  /** Nothing is wrong any more. */
  readonly isSound: boolean;
  /** What was wrong and is not any more. */
  readonly mended: readonly Fault[];
  /** What is wrong still, and what is gone for good. */
  readonly unmended: readonly Fault[];
  /** How many records came from the other tier. */
  readonly taken: number;
  /** Where bytes stand now that could not be read. */
  readonly setAside: readonly string[];
}

/** What became of the faults that were there before. `left`: what is wrong now. */
export function repairReport(
  before: readonly Fault[],
  left: readonly Fault[],
  { taken, setAside }: Pick<RepairReport, 'taken' | 'setAside'>,
): RepairReport {
  const isLeft = (fault: Fault): boolean =>
    left.some(({ entityKey, object }) =>
      fault.entityKey === null ? object === fault.object : entityKey === fault.entityKey,
    );
  const mended = before.filter((fault) => !isLeft(fault));
  return { isSound: left.length === 0, mended, unmended: left, taken, setAside };
}

/** The keys of which something is wrong that may be replaced. */
export const damagedKeys = (faults: readonly Fault[]): string[] => [
  ...new Set(faults.filter(isMendable).flatMap(({ entityKey }) => entityKey ?? [])),
];

/** Whether fewer records are left of a key than were counted; a count is not believed where the sums are as they were. */
export function lossOf(look: KeyLook, said: KeySummary | undefined): readonly Fault[] {
  const { entityKey, faults } = look;
  const records = [...look.records, ...look.evicted];
  const counted = countOf(said);
  if (faults.length > 0 || counted <= records.length) return [];
  const { hash } = KeySums.of(records).summary();
  if (hash === said?.hash && hash !== 0) return [];
  const message = `${entityKey}: the index counted ${counted} records, and ${records.length} are left`;
  return [{ code: 'lost', entityKey, object: entityKey, message }];
}
