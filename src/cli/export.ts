import { open, rename, rm } from 'node:fs/promises';
import { exportLines } from '../maintenance/exportTo.ts';
import type { Fault } from '../maintenance/Fault.ts';
import { commandLine, placeHelp } from './commandLine.ts';
import { longCommand } from './LongCommand.ts';
import { openPlace } from './places/openPlace.ts';
import type { Terminal } from './Terminal.ts';
import { faultLines, plural } from './texts.ts';

const help = `tiersync export <place> [file] [options]

Writes all entities as lines of JSON, to a file or where the output goes. Changes nothing; the app may run. What cannot be read
is named and left out; it then ends with 1.

  --deletions            deletions too: who imports them deletes what it has of those

${placeHelp}

Examples:
  tiersync export ./data backup.ndjson
  tiersync export s3://my-bucket/team --prefix notes | gzip > backup.ndjson.gz`;

async function run(args: readonly string[], terminal: Terminal): Promise<number> {
  const { words, place, flags } = commandLine(args, { deletions: { type: 'boolean' } }, 2);
  const [word, file] = words as [string, string | undefined];
  const opened = await openPlace(word, { ...place, env: terminal.env });
  const faults: Fault[] = [];
  try {
    const written = await longCommand(terminal, (work) => {
      const lines = exportLines(opened.place, {
        ...work,
        deletions: flags.has('deletions'),
        onFault: (fault) => faults.push(fault),
      });
      return file === undefined ? writeAll(lines, terminal.write) : writeFile(lines, file);
    });
    if (file !== undefined) terminal.print(`${opened.title}: ${plural(written - 2, 'record')} in ${file}`);
    if (faults.length === 0) return 0;
    terminal.complain(`Not exported, as it cannot be read:\n${faultLines(faults)}`);
    return 1;
  } finally {
    await opened.close();
  }
}

export const exportCommand: { readonly help: string; readonly run: typeof run } = { help, run };

const bytesAtOnce = 65_536;

/** Resolves to how many lines there were. */
async function writeAll(lines: AsyncIterable<string>, write: (text: string) => Promise<unknown>): Promise<number> {
  let count = 0;
  let waiting = '';
  for await (const line of lines) {
    count += 1;
    waiting += line;
    if (waiting.length < bytesAtOnce) continue;
    await write(waiting);
    waiting = '';
  }
  await write(waiting);
  return count;
}

/** A file of that name is all of it, or the one that stood there before. */
async function writeFile(lines: AsyncIterable<string>, file: string): Promise<number> {
  const draft = `${file}.part`;
  const handle = await open(draft, 'w');
  try {
    const count = await writeAll(lines, (text) => handle.writeFile(text));
    await handle.sync();
    await handle.close();
    await rename(draft, file);
    return count;
  } catch (error) {
    await handle.close().catch(() => {});
    await rm(draft, { force: true });
    throw error;
  }
}
