import { type VerifiedKey, verify } from '../maintenance/verify.ts';
import { commandLine, placeHelp } from './commandLine.ts';
import { longCommand } from './LongCommand.ts';
import { openPlace } from './places/openPlace.ts';
import type { Terminal } from './Terminal.ts';
import { count, faultLines, safe, table, totals } from './texts.ts';

const help = `tiersync inspect <place> [options]

Shows what is there, a line for each key: entities, deletions, bytes of their text, and whether data and index agree.
Writes nothing; the app may run. Ends with 1 where something is wrong.

  --json                 prints one JSON object

${placeHelp}

Examples:
  tiersync inspect ./data
  tiersync inspect app.db
  tiersync inspect s3://my-bucket/team --region eu-central-1`;

async function run(args: readonly string[], terminal: Terminal): Promise<number> {
  const { words, place, flags } = commandLine(args, { json: { type: 'boolean' } }, 1);
  const opened = await openPlace(words[0] as string, { ...place, env: terminal.env });
  try {
    const { keys, faults, isSound } = await longCommand(terminal, (work) => verify(opened.place, work));
    if (flags.has('json')) terminal.print(JSON.stringify({ place: opened.title, keys, faults }));
    else {
      terminal.print(`${opened.title}\n\n${tableOf(keys)}\n\n${totals(keys)}`);
      if (!isSound) terminal.print(`\nWrong:\n${faultLines(faults)}`);
    }
    return isSound ? 0 : 1;
  } finally {
    await opened.close();
  }
}

export const inspect: { readonly help: string; readonly run: typeof run } = { help, run };

function tableOf(keys: readonly VerifiedKey[]): string {
  const rows = keys.map(({ entityKey, entities, deletions, bytes, isSound }) => [
    safe(entityKey),
    count(entities),
    count(deletions),
    count(bytes),
    isSound ? 'agrees' : 'WRONG',
  ]);
  return table([['key', 'entities', 'deletions', 'bytes', 'hash'], ...rows]);
}
