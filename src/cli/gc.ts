import { gc } from '../maintenance/restore.ts';
import { commandLine, placeHelp } from './commandLine.ts';
import { cloudOf } from './places/cloudOf.ts';
import { openPlace } from './places/openPlace.ts';
import type { Terminal } from './Terminal.ts';
import { plural } from './texts.ts';

const help = `tiersync gc <place> [options]

Removes from a shared bucket what devices left behind that ended while they wrote, and nothing that anybody can reach. The app
may run.

  --json                 prints one JSON object

${placeHelp}

Examples:
  tiersync gc s3://my-bucket/team --prefix notes`;

async function run(args: readonly string[], terminal: Terminal): Promise<number> {
  const { words, place, flags } = commandLine(args, { json: { type: 'boolean' } }, 1);
  const opened = await openPlace(words[0] as string, { ...place, env: terminal.env });
  try {
    const garbage = await gc(cloudOf(opened));
    const { count, bytes } = garbage;
    const said = `${opened.title}: ${plural(count, 'object')} with ${plural(bytes, 'byte')} removed`;
    terminal.print(flags.has('json') ? JSON.stringify(garbage) : said);
    return 0;
  } finally {
    await opened.close();
  }
}

export const gcCommand: { readonly help: string; readonly run: typeof run } = { help, run };
