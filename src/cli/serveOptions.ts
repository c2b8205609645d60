import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import type { JwtOptions } from '../server/auth/AuthOptions.ts';
import type { PermissionAction } from '../server/Principal.ts';
import { permissionActions } from '../server/permissions/lines.ts';
import type { ServerOptions } from '../server/ServerOptions.ts';
import type { ListenOptions } from '../server/SyncServer.ts';
import { reasonOf } from '../util/reasonOf.ts';
import type { Terminal } from './Terminal.ts';
import { UsageError } from './UsageError.ts';

export const serveHelp = `tiersync serve [folder] [options]

Runs a server on a folder of its own (tiersync-data unless told), or on a PostgreSQL.

Who is let in: tokens (JWT) that somebody else gives to users.
  --secret TEXT          checks tokens that were signed with it (HS256, at least 32 bytes);
                         better in the environment, as TIERSYNC_SECRET
  --public-key FILE      checks them by this public key (PEM)
  --jwks URL             checks them by the keys that are published there
  --issuer TEXT          the 'iss' that tokens must have; with all of the above
  --audience TEXT        the 'aud' that tokens must have; with all of the above
  --insecure-dev         asks nobody, and listens on this machine only

Who may do what: nobody may do anything that is not said here or granted later.
  --admin USER           may do everything and grant it to others; may be repeated
  --everyone ACTIONS     what all who are let in may do: some of read,write,delete,admin

Where:
  --database URL         a PostgreSQL (postgres://...) instead of a folder; several servers may share it
  --port NUMBER          4000 unless told; 0: any that is free
  --host ADDRESS         every address of this machine unless told
  --path PATH            /sync unless told
  --origin URL           a page that may ask, such as https://app.example.com; may be repeated
  --prefix TEXT          as devices say it to DataOrchestrator.load; lets REST create documents

Examples:
  tiersync serve --insecure-dev
  TIERSYNC_SECRET=... tiersync serve ./data --issuer https://id.example.com --audience app --everyone read,write,delete
  tiersync serve --jwks https://id.example.com/.well-known/jwks.json --issuer https://id.example.com \\
    --audience app --admin user-1 --database postgres://app@db/app`;

export interface ServeOptions {
  readonly server: Omit<ServerOptions, 'logger'>;
  readonly listen: ListenOptions;
  /** What the data stands in, for people. */
  readonly place: string;
}

const options = {
  secret: { type: 'string' },
  'public-key': { type: 'string' },
  jwks: { type: 'string' },
  issuer: { type: 'string' },
  audience: { type: 'string' },
  'insecure-dev': { type: 'boolean' },
  admin: { type: 'string', multiple: true },
  everyone: { type: 'string' },
  database: { type: 'string' },
  port: { type: 'string' },
  host: { type: 'string' },
  path: { type: 'string' },
  origin: { type: 'string', multiple: true },
  prefix: { type: 'string' },
} as const;

type Values = ReturnType<typeof parseArgs<{ options: typeof options; allowPositionals: true }>>['values'];

/** What the words on a command line mean; throws what is wrong with them. */
export function serveOptions(args: readonly string[], env: Terminal['env'], defaultFolder: string): ServeOptions {
  const { values, positionals } = parsed(args);
  const { database, host, path, prefix, admin = [], origin = [] } = values;
  if (positionals.length > 1) throw new UsageError(`name one folder, not ${positionals.length}`);
  if (database !== undefined && positionals.length > 0) throw new UsageError('name a folder or a --database, not both');
  const place = database ?? positionals[0] ?? defaultFolder;
  return {
    place: database === undefined ? place : 'PostgreSQL',
    listen: { port: portOf(values.port), ...(host === undefined ? {} : { host }) },
    server: {
      ...authOf(values, env),
      database: place,
      allowedOrigins: origin,
      permissions: admin.map((userId) => ({ userId, collection: '*', actions: permissionActions })),
      ...(values.everyone === undefined ? {} : { everyone: actionsOf(values.everyone) }),
      ...(path === undefined ? {} : { path }),
      ...(prefix === undefined ? {} : { prefix }),
    },
  };
}

function parsed(args: readonly string[]): { readonly values: Values; readonly positionals: readonly string[] } {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true });
  } catch (error) {
    throw new UsageError(reasonOf(error));
  }
}

function authOf(values: Values, env: Terminal['env']): Pick<ServerOptions, 'jwt' | 'insecureDev'> {
  const { jwks: jwksUrl, 'public-key': keyFile, issuer, audience, 'insecure-dev': insecureDev = false } = values;
  const secret = values.secret ?? (jwksUrl === undefined && keyFile === undefined ? env['TIERSYNC_SECRET'] : undefined);
  const ways = [secret, jwksUrl, keyFile].filter((way) => way !== undefined).length;
  if (insecureDev) {
    if (ways === 0 || values.secret === undefined) return { insecureDev };
    throw new UsageError('--insecure-dev asks nobody: leave the other ways out');
  }
  if (ways !== 1) {
    throw new UsageError(
      'say how tokens are checked: one of --secret, --public-key and --jwks; or --insecure-dev for this machine alone',
    );
  }
  if (issuer === undefined || audience === undefined) throw new UsageError('say the --issuer and --audience of tokens');
  const key: Pick<JwtOptions, 'secret' | 'publicKey' | 'jwksUrl'> =
    secret !== undefined
      ? { secret }
      : jwksUrl !== undefined
        ? { jwksUrl }
        : { publicKey: contentOf(keyFile as string) };
  return { jwt: { ...key, issuer, audience } };
}

function contentOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new UsageError(`--public-key ${file} cannot be read: ${reasonOf(error)}`);
  }
}

function portOf(text = '4000'): number {
  const port = Number(text);
  if (/^\d{1,5}$/.test(text) && port <= 65_535) return port;
  throw new UsageError(`--port must be a number from 0 to 65535, not ${text}`);
}

function actionsOf(text: string): readonly PermissionAction[] {
  const actions = text.split(',').map((action) => action.trim());
  const unknown = actions.find((action) => !(permissionActions as readonly string[]).includes(action));
  if (unknown === undefined) return actions as PermissionAction[];
  throw new UsageError(`--everyone takes some of ${permissionActions.join(',')}, not ${unknown}`);
}
