import { TierSyncError } from '../errors.ts';
import { type LineFault, lineFault } from './exportFormat.ts';
import { type ImportedLine, importedLines } from './importedLines.ts';
import { openIntake } from './openIntake.ts';
import { type OutsideOptions, outsideOf } from './openReader.ts';
import { checkPlace, keyPrefixOf, separatorOf, type TierPlace } from './TierPlace.ts';
import type { LongWork } from './TierReader.ts';
import { type LineSource, textLines } from './textLines.ts';

/** What the tier is used for meanwhile, and who watches. */
export interface ImportOptions extends LongWork, OutsideOptions {
  /** No app uses the tier meanwhile. Has to be said of a persistence without `exclusive`, where nothing keeps one out. */
  readonly isAlone?: boolean;
  /** The names that go on to the cloud of a device that has one; all, if left out. */
  readonly isSynced?: (entityName: string) => boolean;
}

/** What became of the lines. */
export interface ImportReport {
  /** Every line was taken, to the last one. */
  readonly isWhole: boolean;
  /** Records that were not there, or were there in an earlier version. */
  readonly imported: number;
  /** Records of which the tier holds the same or a later version. */
  readonly kept: number;
  /** Lines that could not be taken. All others were. */
  readonly faults: readonly LineFault[];
}

const linesAtOnce = 2_000;

/**
 * Takes what was exported into a tier, each record with its stamp: of each the later version stays, and importing twice
 * changes nothing. A device that has a cloud sends it there with its next sync. Where it fails midway, the error says how
 * many lines were taken before.
 */
export async function importFrom(
  tier: TierPlace,
  source: LineSource,
  options: ImportOptions = {},
): Promise<ImportReport> {
  checkPlace(tier);
  const faults: LineFault[] = [];
  const onFault = (line: number, cause: unknown): void => void faults.push(lineFault(line, cause));
  const read = { keyPrefix: keyPrefixOf(tier), separator: separatorOf(tier), onFault };
  const lines = importedLines(textLines(source), read);
  // What is no export is refused before anything is opened.
  let next = await lines.next();
  const intake = await openIntake(tier, options, outsideOf(options), onFault);
  const counts = { imported: 0, kept: 0 };
  let batch: ImportedLine[] = [];
  let done = 0;
  const flush = async (): Promise<void> => {
    options.signal?.throwIfAborted();
    const imported = await intake.take(batch);
    counts.imported += imported.size;
    counts.kept += batch.filter((one) => !imported.has(one) && !faults.some(({ line }) => line === one.line)).length;
    done += batch.length;
    batch = [];
    options.onProgress?.({ phase: 'writing', done, total: null });
  };
  try {
    for (; !next.done; next = await lines.next()) {
      batch.push(next.value);
      if (batch.length >= linesAtOnce) await flush();
    }
    await flush();
  } catch (cause) {
    throw done === 0 ? cause : halfway(cause, batch[0]?.line ?? done);
  } finally {
    await intake.close();
  }
  faults.sort((a, b) => a.line - b.line);
  return { isWhole: faults.length === 0, ...counts, faults };
}

function halfway(cause: unknown, line: number): unknown {
  if (!(cause instanceof TierSyncError)) return cause;
  const message = `${cause.message}; the lines before ${line} were imported, and importing all of it again goes on from there`;
  return new TierSyncError(cause.code, message, { cause });
}
