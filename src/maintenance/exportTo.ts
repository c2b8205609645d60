import { TierSyncError } from '../errors.ts';
import type { StoredRecord } from '../interfaces/StoredRecord.ts';
import { placeOf } from '../util/placeOf.ts';
import { firstLine, recordLine, Tally } from './exportFormat.ts';
import type { Fault } from './Fault.ts';
import { type OutsideOptions, openReader, outsideOf } from './openReader.ts';
import type { TierPlace } from './TierPlace.ts';
import { type LongWork, steps } from './TierReader.ts';

/** What is exported, and what happens where something cannot be read. */
export interface ExportOptions extends LongWork, OutsideOptions {
  /** Deletions too: whoever imports them deletes what it holds of those entities. */
  readonly deletions?: boolean;
  /** Told of what cannot be read, and the rest is exported. Left out: that ends it. */
  readonly onFault?: (fault: Fault) => void;
}

/** All records of a tier as lines of JSON, with their line ends, by key, name and id. Writes nothing to the tier. */
export async function* exportLines(tier: TierPlace, options: ExportOptions = {}): AsyncGenerator<string, void, void> {
  const { deletions = false, onFault = refuse } = options;
  const reader = openReader(tier, outsideOf(options));
  const outline = await reader.outline();
  outline.faults.forEach(onFault);
  const tally = new Tally();
  yield firstLine();
  for (const keys of steps(outline.entityKeys, 'writing', options)) {
    for (const { entityKey, records, evicted, faults } of await reader.read(keys)) {
      // All that is miscounted is there all the same.
      faults.filter(({ code }) => code !== 'miscounted').forEach(onFault);
      if (evicted.length > 0) onFault(elsewhere(entityKey, evicted.length));
      for (const record of [...records].sort(byPlace)) {
        if (record.isDeleted && !deletions) continue;
        tally.add(record);
        yield recordLine(record);
      }
    }
  }
  yield tally.line();
}

/** The same, into a stream of the platform, which is closed at the end. */
export async function exportTo(
  tier: TierPlace,
  stream: WritableStream<Uint8Array>,
  options: ExportOptions = {},
): Promise<void> {
  const writer = stream.getWriter();
  const encoder = new TextEncoder();
  try {
    for await (const line of exportLines(tier, options)) {
      await writer.ready;
      await writer.write(encoder.encode(line));
    }
    await writer.close();
  } catch (cause) {
    await writer.abort(cause).catch(() => {});
    throw cause;
  }
}

function elsewhere(entityKey: string, count: number): Fault {
  const message = `${entityKey}: ${count} entities were taken away to make room; export the cloud, which has them`;
  return { code: 'evicted', entityKey, object: entityKey, message };
}

function refuse({ message }: Fault): never {
  throw new TierSyncError('corrupt', `${message}; repair it first, or export the rest with onFault`);
}

function byPlace(a: StoredRecord, b: StoredRecord): number {
  return placeOf(a.entityName, a.id) < placeOf(b.entityName, b.id) ? -1 : 1;
}
