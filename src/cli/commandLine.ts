import { type ParseArgsConfig, parseArgs } from 'node:util';
import { reasonOf } from '../util/reasonOf.ts';
import type { PlaceOptions } from './places/PlaceOptions.ts';
import { UsageError } from './UsageError.ts';

type OptionsConfig = NonNullable<ParseArgsConfig['options']>;

/** What each command about a tier takes. */
export const placeHelp = `Where it is:
  a folder               what a FileBucket keeps, or a shared one
  s3://bucket/folder     a bucket; keys are found where AWS tools find them (AWS_ACCESS_KEY_ID,
                         AWS_SECRET_ACCESS_KEY, AWS_REGION, profiles)
  a file                 the database of a SqlitePersistence
  --prefix TEXT          as the app says it to DataOrchestrator.load; needed where several apps keep data there
  --as local|cloud       what one device keeps, or what many share; needed where both stand there
  --separator TEXT       that of the app's key strategy; . unless told
  --endpoint URL         of a store that is not AWS; or AWS_ENDPOINT_URL
  --region TEXT          of the bucket; or AWS_REGION
  --table TEXT           of a SQLite file; tiersync unless told
  --compressed           the app wraps it in compressed(...)
  TIERSYNC_PASSPHRASE    the app wraps it in encrypted(...): its passphrase, in the environment
  TIERSYNC_KEY           or its key: 32 bytes as base64`;

const placeOptions = {
  prefix: { type: 'string' },
  as: { type: 'string' },
  separator: { type: 'string' },
  endpoint: { type: 'string' },
  region: { type: 'string' },
  table: { type: 'string' },
  compressed: { type: 'boolean' },
} as const satisfies OptionsConfig;

export interface CommandLine {
  readonly words: readonly string[];
  readonly place: PlaceOptions;
  readonly text: { readonly [option: string]: string | undefined };
  readonly flags: ReadonlySet<string>;
  readonly lists: { readonly [option: string]: readonly string[] | undefined };
}

/** The words of a command about a tier, the first of which says where it is. */
export function commandLine(args: readonly string[], own: OptionsConfig, mostWords: number): CommandLine {
  const { values, positionals } = parsed(args, { ...placeOptions, ...own });
  if (positionals.length === 0) throw new UsageError('name a folder, a bucket (s3://bucket/folder) or a SQLite file');
  if (positionals.length > mostWords) throw new UsageError(`${positionals[mostWords]} is one word too many`);
  const entries = Object.entries(values);
  const text = Object.fromEntries(entries.filter((entry): entry is [string, string] => typeof entry[1] === 'string'));
  const { as } = text;
  if (as !== undefined && as !== 'local' && as !== 'cloud')
    throw new UsageError(`--as takes local or cloud, not ${as}`);
  const flags = new Set(entries.filter(([, value]) => value === true).map(([name]) => name));
  const lists = Object.fromEntries(entries.filter((entry): entry is [string, string[]] => Array.isArray(entry[1])));
  return { words: positionals, text, flags, lists, place: { ...text, as, isCompressed: flags.has('compressed') } };
}

function parsed(args: readonly string[], options: OptionsConfig) {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true });
  } catch (error) {
    throw new UsageError(reasonOf(error));
  }
}
