import { history, type RestorePoint, restore } from '../maintenance/restore.ts';
import { commandLine, placeHelp } from './commandLine.ts';
import { cloudOf } from './places/cloudOf.ts';
import { openPlace } from './places/openPlace.ts';
import type { Terminal } from './Terminal.ts';
import { plural, table } from './texts.ts';
import { UsageError } from './UsageError.ts';

const help = `tiersync restore <place> [--to <checkpoint>] [options]

Without --to it lists the moments that a shared bucket still holds, and changes nothing. With it, all entities become what they
were then, as edits of now: every device takes them, and a later restore can take them back. The app may run.

  --to NUMBER            a checkpoint of that list
  --json                 prints one JSON object

${placeHelp}

Examples:
  tiersync restore s3://my-bucket/team --prefix notes
  tiersync restore s3://my-bucket/team --prefix notes --to 412`;

async function run(args: readonly string[], terminal: Terminal): Promise<number> {
  const { words, place, text, flags } = commandLine(args, { json: { type: 'boolean' }, to: { type: 'string' } }, 1);
  const to = text['to'];
  if (to !== undefined && !/^\d+$/.test(to)) throw new UsageError(`--to takes the number of a checkpoint, not ${to}`);
  const opened = await openPlace(words[0] as string, { ...place, env: terminal.env });
  const print = (report: object, said: string): void =>
    terminal.print(flags.has('json') ? JSON.stringify(report) : `${opened.title}: ${said}`);
  try {
    const cloud = cloudOf(opened);
    const points = await history(cloud);
    if (to === undefined) {
      print(points, listOf(points));
      return 0;
    }
    if (!points.some(({ checkpoint }) => checkpoint === Number(to))) {
      throw new UsageError(`there is no checkpoint ${to}; without --to they are listed`);
    }
    const done = await restore(cloud, Number(to));
    const said = `${plural(done.restored, 'entity', 'entities')} restored, ${plural(done.deleted, 'entity', 'entities')} deleted`;
    print(done, `${said}, as they were at checkpoint ${to}`);
    return 0;
  } finally {
    await opened.close();
  }
}

export const restoreCommand: { readonly help: string; readonly run: typeof run } = { help, run };

function listOf(points: readonly RestorePoint[]): string {
  if (points.length === 0) return 'no checkpoint yet, so there is nothing to go back to';
  const rows = points.map(({ checkpoint, at }) => [String(checkpoint), at.toISOString()]);
  return `moments to go back to, oldest first\n\n${table([['checkpoint', 'time'], ...rows])}`;
}
