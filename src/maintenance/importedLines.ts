import { TierSyncError } from '../errors.ts';
import type { Change } from '../interfaces/ITier.ts';
import type { StoredRecord } from '../interfaces/StoredRecord.ts';
import { checkFirstLine, type EndLine, isEnd, readLine, Tally } from './exportFormat.ts';

/** A change with a record, and the number of its line. */
export interface ImportedLine {
  readonly line: number;
  readonly change: Change & { readonly record: StoredRecord };
}

export interface ImportedLinesOptions {
  readonly keyPrefix: string;
  readonly separator: string;
  /** Told of a line that cannot be taken. */
  readonly onFault: (line: number, cause: unknown) => void;
}

/** The records of an export. Rejects where the first line says that it is none. */
export async function* importedLines(
  lines: AsyncIterable<string>,
  { keyPrefix, separator, onFault }: ImportedLinesOptions,
): AsyncGenerator<ImportedLine, void, void> {
  const tally = new Tally();
  let end: EndLine | null = null;
  let line = 0;
  for await (const text of lines) {
    line += 1;
    if (line === 1) {
      checkFirstLine(text);
      continue;
    }
    try {
      if (end !== null) throw new TierSyncError('corrupt', 'stands behind the last line');
      const read = readLine(text, keyPrefix, separator);
      if (isEnd(read)) {
        end = read;
        tally.check(read);
        continue;
      }
      const change = read as ImportedLine['change'];
      tally.add(change.record);
      yield { line, change };
    } catch (cause) {
      onFault(line, cause);
    }
  }
  if (line === 0) checkFirstLine('');
  if (end === null) onFault(line + 1, new TierSyncError('corrupt', 'is missing: the export was cut short'));
}
