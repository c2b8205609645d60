import { stat } from 'node:fs/promises';
import { compressed } from '../../adapters/compressed.ts';
import { encrypted } from '../../adapters/encrypted.ts';
import { FileBucket } from '../../adapters/FileBucket.ts';
import type { IBucket } from '../../interfaces/IBucket.ts';
import type { IPersistence } from '../../interfaces/IPersistence.ts';
import type { TierPlace } from '../../maintenance/TierPlace.ts';
import { fromBase64 } from '../../util/base64.ts';
import type { Terminal } from '../Terminal.ts';
import { UsageError } from '../UsageError.ts';
import type { PlaceOptions } from './PlaceOptions.ts';
import { type FoundTier, tiersIn } from './tiersIn.ts';

/** What a command is about, opened. */
export interface OpenedPlace {
  readonly place: TierPlace;
  /** For people. */
  readonly title: string;
  /** This process keeps all others out. */
  readonly isAlone: boolean;
  close(): Promise<void>;
}

export interface OpenOptions extends PlaceOptions {
  readonly env: Terminal['env'];
  /** What is to be written is kept from others where only that keeps them out. */
  readonly isWriting?: boolean;
  /** It may begin here: a folder that is not there, a prefix that nobody has used. */
  readonly isNew?: boolean;
}

type Raw = { readonly store: IBucket | IPersistence; readonly isAlone?: boolean; close(): Promise<void> };

export async function openPlace(word: string, options: OpenOptions): Promise<OpenedPlace> {
  const raw = await openRaw(word, options);
  try {
    const store = wrapped(raw.store, options);
    const { prefix, as } = await chosen(word, store, raw.store, options);
    const { separator } = options;
    const base = { prefix, ...(separator === undefined ? {} : { separator }) };
    const place = as === 'cloud' ? { ...base, cloud: store as IBucket } : { ...base, local: store };
    const title = `${prefix} in ${word} (${as === 'cloud' ? 'shared by devices' : 'of one device'})`;
    return { place, title, isAlone: raw.isAlone ?? false, close: () => raw.close() };
  } catch (error) {
    await raw.close();
    throw error;
  }
}

async function openRaw(word: string, options: OpenOptions): Promise<Raw> {
  const [, scheme] = /^([a-z0-9+.-]+):\/\//i.exec(word) ?? [];
  if (scheme === 's3') return openS3(word, options);
  if (scheme !== undefined) throw new UsageError(`${scheme}:// is not known; there is s3://bucket/folder`);
  const found = await stat(word).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw new UsageError(`${word} cannot be looked at (${error.code})`);
  });
  if (found === null && options.isNew !== true) throw new UsageError(`there is no folder or file ${word}`);
  if (found?.isFile()) {
    const { openSqlite } = await import('./openSqlite.ts');
    const isAlone = options.isWriting === true;
    const { persistence, close } = openSqlite(word, options.table ?? 'tiersync', isAlone);
    return { store: persistence, isAlone, close: async () => close() };
  }
  const bucket = new FileBucket(word);
  return { store: bucket, close: () => bucket.close() };
}

async function openS3(word: string, { env, ...options }: OpenOptions): Promise<Raw> {
  const [, bucket, prefix] = /^s3:\/\/([^/]+)\/?(.*?)\/?$/.exec(word) ?? [];
  if (bucket === undefined) throw new UsageError(`${word} names no bucket; write s3://bucket/folder`);
  const endpoint = options.endpoint ?? env['AWS_ENDPOINT_URL_S3'] ?? env['AWS_ENDPOINT_URL'];
  const region = options.region ?? env['AWS_REGION'] ?? env['AWS_DEFAULT_REGION'];
  const { S3Bucket } = await s3Adapter();
  const opened = new S3Bucket({
    bucket,
    ...(prefix ? { prefix } : {}),
    ...(endpoint === undefined ? {} : { endpoint }),
    ...(region === undefined ? {} : { region }),
  });
  return { store: opened, close: () => opened.close() };
}

async function s3Adapter(): Promise<typeof import('../../adapters/S3Bucket.ts')> {
  try {
    return await import('../../adapters/S3Bucket.ts');
  } catch (error) {
    const { code } = Object(error) as { readonly code?: unknown };
    if (code !== 'ERR_MODULE_NOT_FOUND') throw error;
    throw new UsageError('buckets need a package more; npm install @aws-sdk/client-s3');
  }
}

/** As the app wraps it. */
function wrapped(store: IBucket | IPersistence, { env, isCompressed }: OpenOptions): IBucket | IPersistence {
  const secret = secretIn(env);
  const sealed = secret === null ? store : encrypted(store as IBucket, secret);
  return isCompressed ? compressed(sealed as IBucket) : sealed;
}

function secretIn(env: Terminal['env']): { readonly passphrase: string } | { readonly key: Uint8Array } | null {
  const { TIERSYNC_PASSPHRASE: passphrase, TIERSYNC_KEY: text } = env;
  if (passphrase) return { passphrase };
  if (!text) return null;
  const key = fromBase64(text);
  if (key?.length === 32) return { key };
  throw new UsageError('TIERSYNC_KEY must be 32 bytes as base64');
}

async function chosen(
  word: string,
  store: IBucket | IPersistence,
  raw: IBucket | IPersistence,
  { prefix, as, separator = '.', isNew, env }: OpenOptions,
): Promise<FoundTier> {
  if (secretIn(env) === null && (await isEncrypted(raw))) {
    throw new UsageError(`${word} is encrypted: set TIERSYNC_PASSPHRASE, or TIERSYNC_KEY`);
  }
  const found = await tiersIn(namesIn(store), separator, prefix);
  const fitting = found.filter((tier) => (prefix ?? tier.prefix) === tier.prefix && (as ?? tier.as) === tier.as);
  if (fitting.length === 1) return fitting[0] as FoundTier;
  if (fitting.length === 0 && isNew === true) {
    if (prefix === undefined) throw new UsageError(`${word} holds nothing yet; say the app's --prefix`);
    return { prefix, as: as ?? (word.startsWith('s3://') ? 'cloud' : 'local') };
  }
  throw new UsageError(fitting.length === 0 ? nothingThere(word, prefix, as, found) : several(word, fitting));
}

async function isEncrypted(store: IBucket | IPersistence): Promise<boolean> {
  const found = 'loadData' in store ? await store.loadData('$encryption') : await store.get('$encryption');
  return found !== null && found !== undefined;
}

async function* namesIn(store: IBucket | IPersistence): AsyncGenerator<string, void, void> {
  if ('loadData' in store) yield* (await store.listKeys?.('')) ?? [];
  else for await (const { name } of store.list('')) yield name;
}

const optionsOf = ({ prefix, as }: FoundTier): string => `--prefix ${prefix} --as ${as}`;

const several = (word: string, found: readonly FoundTier[]): string =>
  `${word} holds several; say which: ${found.map(optionsOf).join(', or ')}`;

function nothingThere(
  word: string,
  prefix: string | undefined,
  as: string | undefined,
  found: readonly FoundTier[],
): string {
  const asked = [prefix === undefined ? '' : ` of ${prefix}`, as === undefined ? '' : ` as ${as}`].join('');
  const there = found.length === 0 ? '' : `; there is: ${found.map(optionsOf).join(', ')}`;
  return `${word} holds no data of tiersync${asked}${there}`;
}
