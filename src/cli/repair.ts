import type { RepairReport } from '../maintenance/RepairReport.ts';
import { repair } from '../maintenance/repair.ts';
import { commandLine, placeHelp } from './commandLine.ts';
import { longCommand } from './LongCommand.ts';
import { type OpenedPlace, openPlace } from './places/openPlace.ts';
import type { Terminal } from './Terminal.ts';
import { faultLines, plural, safe } from './texts.ts';

const help = `tiersync repair <place> [--from <other place>] [options]

Counts the index anew from the data, puts aside what cannot be read, and takes what was lost from another place: for a device
its cloud, for a bucket what one of its devices keeps. Of a bucket that lost its head or index too. Nothing that can be read is
removed. Ends with 0 where all is well then, 1 where something is gone or could not be mended.

  --from PLACE           where else it may be
  --from-as local|cloud  what that is; needed where both stand there
  --only NAME            from a device, only these names may go to a bucket; may be repeated
  --json                 prints one JSON object

${placeHelp}

Examples:
  tiersync repair ./data
  tiersync repair ./data --from s3://my-bucket/team
  tiersync repair s3://my-bucket/team --prefix notes --from ./data`;

const options = {
  json: { type: 'boolean' },
  from: { type: 'string' },
  'from-as': { type: 'string' },
  only: { type: 'string', multiple: true },
} as const;

async function run(args: readonly string[], terminal: Terminal): Promise<number> {
  const { words, place, text, flags, lists } = commandLine(args, options, 1);
  const { env } = terminal;
  const opened = await openPlace(words[0] as string, { ...place, env, isWriting: true });
  let other: OpenedPlace | null = null;
  try {
    if (text['from'] !== undefined) {
      const as = text['from-as'] as 'local' | 'cloud' | undefined;
      other = await openPlace(text['from'], { ...place, env, as, prefix: opened.place.prefix });
    }
    const from = other?.place;
    const names = lists['only'];
    const report = await longCommand(terminal, (work) =>
      repair(opened.place, {
        ...work,
        isAlone: opened.isAlone,
        ...(from === undefined ? {} : { from }),
        ...(names === undefined ? {} : { isSynced: (name) => names.includes(name) }),
      }),
    );
    terminal.print(flags.has('json') ? JSON.stringify(report) : described(opened.title, report, from !== undefined));
    return report.isSound ? 0 : 1;
  } finally {
    await other?.close();
    await opened.close();
  }
}

export const repairCommand: { readonly help: string; readonly run: typeof run } = { help, run };

function described(title: string, report: RepairReport, hasFrom: boolean): string {
  const { mended, unmended, taken, setAside } = report;
  if (mended.length === 0 && unmended.length === 0) return `${title}: nothing is wrong with it.`;
  const lines = [`${title}: ${plural(mended.length, 'thing')} mended`];
  if (mended.length > 0) lines.push(faultLines(mended));
  if (taken > 0) lines.push(`${plural(taken, 'record')} taken from the other place.`);
  if (setAside.length > 0)
    lines.push(`Kept aside, as it was:\n${setAside.map((name) => `  ${safe(name)}`).join('\n')}`);
  if (unmended.length > 0) lines.push(`Not mended: ${plural(unmended.length, 'thing')}`, faultLines(unmended));
  if (unmended.length > 0 && !hasFrom) lines.push('Try again with --from, if it may stand somewhere else.');
  return lines.join('\n');
}
