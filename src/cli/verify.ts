import { type VerifyReport, verify } from '../maintenance/verify.ts';
import { commandLine, placeHelp } from './commandLine.ts';
import { longCommand } from './LongCommand.ts';
import { openPlace } from './places/openPlace.ts';
import type { Terminal } from './Terminal.ts';
import { count, faultLines, plural, totals } from './texts.ts';

const help = `tiersync verify <place> [options]

Reads all of it and names everything that is not as it says itself: checks, hashes, counts. Writes nothing; the app may run.
Ends with 0 where all is well, 1 where something is wrong or it could not be read, 2 where the command is wrong.

  --json                 prints one JSON object

${placeHelp}

Examples:
  tiersync verify ./data
  tiersync verify s3://my-bucket/team --prefix notes --json
  TIERSYNC_PASSPHRASE=... tiersync verify s3://my-bucket/team --endpoint https://s3.example.com`;

async function run(args: readonly string[], terminal: Terminal): Promise<number> {
  const { words, place, flags } = commandLine(args, { json: { type: 'boolean' } }, 1);
  const opened = await openPlace(words[0] as string, { ...place, env: terminal.env });
  try {
    const report = await longCommand(terminal, (work) => verify(opened.place, work));
    terminal.print(flags.has('json') ? JSON.stringify(report) : described(opened.title, report));
    return report.isSound ? 0 : 1;
  } finally {
    await opened.close();
  }
}

export const verifyCommand: { readonly help: string; readonly run: typeof run } = { help, run };

function described(title: string, { faults, keys, isSound }: VerifyReport): string {
  const lines = [`${title}: ${totals(keys)}`];
  if (isSound) return [...lines, 'Sound: everything is as it says.'].join('\n');
  const broken = keys.filter((key) => !key.isSound).length;
  return [
    ...lines,
    `${plural(faults.length, 'thing')} wrong; ${plural(keys.length - broken, 'key')} whole, ${count(broken)} not:`,
    faultLines(faults),
    'tiersync repair mends it, with --from also from another place.',
  ].join('\n');
}
