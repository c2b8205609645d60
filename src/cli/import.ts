import { createReadStream, existsSync } from 'node:fs';
import { type ImportReport, importFrom } from '../maintenance/importFrom.ts';
import { commandLine, placeHelp } from './commandLine.ts';
import { longCommand } from './LongCommand.ts';
import { openPlace } from './places/openPlace.ts';
import type { Terminal } from './Terminal.ts';
import { plural, safe } from './texts.ts';
import { UsageError } from './UsageError.ts';

const help = `tiersync import <place> [file] [options]

Takes what was exported, from a file or from the input. Each entity keeps its time: where both have it, the later one stays, and
importing twice changes nothing. Into a folder that is not there yet, or a bucket, with --prefix. A device that has a cloud
sends it there with its next sync. Ends with 1 where a line could not be taken; all others were.

  --local NAME           entities of this name stay on the device; may be repeated
  --json                 prints one JSON object

${placeHelp}

Examples:
  tiersync import ./data backup.ndjson
  gunzip < backup.ndjson.gz | tiersync import s3://my-bucket/team --prefix notes`;

const options = { json: { type: 'boolean' }, local: { type: 'string', multiple: true } } as const;

async function run(args: readonly string[], terminal: Terminal): Promise<number> {
  const { words, place, flags, lists } = commandLine(args, options, 2);
  const [word, file] = words as [string, string | undefined];
  if (file !== undefined && !existsSync(file)) throw new UsageError(`there is no file ${file}`);
  const source = file === undefined ? terminal.input : createReadStream(file);
  const opened = await openPlace(word, { ...place, env: terminal.env, isWriting: true, isNew: true });
  const local = lists['local'] ?? [];
  try {
    const report = await longCommand(terminal, (work) =>
      importFrom(opened.place, source, {
        ...work,
        isAlone: opened.isAlone,
        isSynced: (name) => !local.includes(name),
      }),
    );
    terminal.print(flags.has('json') ? JSON.stringify(report) : described(opened.title, report));
    return report.isWhole ? 0 : 1;
  } finally {
    await opened.close();
  }
}

export const importCommand: { readonly help: string; readonly run: typeof run } = { help, run };

function described(title: string, { imported, kept, faults, isWhole }: ImportReport): string {
  const records = plural(imported, 'record');
  const done = `${title}: ${records} imported, ${kept} kept as they were or later here`;
  if (isWhole) return done;
  return `${done}\n${plural(faults.length, 'line')} not taken:\n${faults.map(({ message }) => `  ${safe(message)}`).join('\n')}`;
}
