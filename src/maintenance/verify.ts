import type { StoredRecord } from '../interfaces/StoredRecord.ts';
import type { Fault } from './Fault.ts';
import { type OutsideOptions, openReader, outsideOf } from './openReader.ts';
import type { TierPlace } from './TierPlace.ts';
import { type KeyLook, type LongWork, steps, type TierReader } from './TierReader.ts';

/** What can be read of one key. */
export interface VerifiedKey {
  readonly entityKey: string;
  readonly entities: number;
  readonly deletions: number;
  /** Entities that were taken away to make room: the cloud has them. */
  readonly evicted: number;
  /** Of the records, as text. */
  readonly bytes: number;
  /** Nothing is wrong with it. */
  readonly isSound: boolean;
}

/** What was found. */
export interface VerifyReport {
  /** There are no faults. */
  readonly isSound: boolean;
  readonly faults: readonly Fault[];
  /** All that there is, by key in the order of code units. */
  readonly keys: readonly VerifiedKey[];
}

/** Who watches. */
export interface VerifyOptions extends LongWork, OutsideOptions {}

/**
 * Reads all of a tier, and names everything that is not as it says itself: every check of an object, every hash and count
 * of the index. Writes nothing. An app may use the tier meanwhile.
 */
export async function verify(tier: TierPlace, options: VerifyOptions = {}): Promise<VerifyReport> {
  const keys: VerifiedKey[] = [];
  const faults = await survey(openReader(tier, outsideOf(options)), options, (look) => {
    if (look.records.length > 0 || look.evicted.length > 0 || look.faults.length > 0) keys.push(verifiedKey(look));
  });
  return { isSound: faults.length === 0, faults, keys };
}

/** Looks at everything once; resolves to all that is wrong. */
export async function survey(reader: TierReader, work: LongWork, onKey: (look: KeyLook) => void): Promise<Fault[]> {
  const { entityKeys, faults } = await reader.outline();
  const all = [...faults];
  for (const chunk of steps(entityKeys, 'reading', work)) {
    for (const look of await reader.read(chunk)) {
      onKey(look);
      all.push(...look.faults);
    }
  }
  return all;
}

const encoder = new TextEncoder();
const bytesOf = ({ text }: StoredRecord): number => encoder.encode(text).length;

function verifiedKey({ entityKey, records, evicted, faults }: KeyLook): VerifiedKey {
  const deletions = records.filter(({ isDeleted }) => isDeleted).length;
  const bytes = records.reduce((sum, record) => sum + bytesOf(record), 0);
  const entities = records.length - deletions;
  return { entityKey, entities, deletions, evicted: evicted.length, bytes, isSound: faults.length === 0 };
}
