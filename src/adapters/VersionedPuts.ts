import type { LimitedS3Calls } from './LimitedS3Calls.ts';
import type { S3Written } from './S3Calls.ts';
import { isAbsent, isNotModified, isPreconditionFailed } from './s3Failure.ts';

/** How a store wants to see an ETag in `If-Match`. Ceph RGW knows its own only without the quotes. */
export type EtagStyle = 'quoted' | 'unquoted';

/**
 * Puts over one version only. Unless told, the style is found out by the first refusal that contradicts what stands there,
 * and on a scratch object alone: a store that does not understand an ETag may take it for no condition at all.
 */
export class VersionedPuts {
  readonly #calls: LimitedS3Calls;
  readonly #newScratchKey: () => string;
  #style: EtagStyle | undefined;
  #trying: Promise<EtagStyle> | undefined;

  constructor(calls: LimitedS3Calls, style: EtagStyle | undefined, newScratchKey: () => string) {
    this.#calls = calls;
    this.#style = style;
    this.#newScratchKey = newScratchKey;
  }

  async put(key: string, bytes: Uint8Array<ArrayBuffer>, version: string): Promise<S3Written | 'conflict'> {
    const known = this.#style;
    const written = await this.#putOver(key, bytes, inStyle(version, known ?? 'quoted'));
    if (written !== 'conflict') this.#style ??= 'quoted';
    if (written !== 'conflict' || known !== undefined || !(await this.#stands(key, version))) return written;
    // Others may have found it out meanwhile.
    this.#style ??= await this.#findOut();
    return this.#style === 'unquoted' ? this.#putOver(key, bytes, inStyle(version, 'unquoted')) : 'conflict';
  }

  #findOut(): Promise<EtagStyle> {
    this.#trying ??= this.#tryBoth().catch((cause) => {
      this.#trying = undefined;
      throw cause;
    });
    return this.#trying;
  }

  async #putOver(key: string, bytes: Uint8Array<ArrayBuffer>, ifMatch: string): Promise<S3Written | 'conflict'> {
    try {
      return await this.#calls.put(key, bytes, { ifMatch });
    } catch (cause) {
      // There is no version to stand where nothing stands: AWS and Ceph say so by a 404.
      if (isPreconditionFailed(cause) || isAbsent(cause)) return 'conflict';
      throw cause;
    }
  }

  async #stands(key: string, version: string): Promise<boolean> {
    try {
      const found = await this.#calls.get(key, quoted(version));
      return found.etag === version;
    } catch (cause) {
      if (isNotModified(cause)) return true;
      if (isAbsent(cause)) return false;
      throw cause;
    }
  }

  /** Unquoted only for a store that refuses the right ETag in quotes, refuses a wrong one without, and takes the right one. */
  async #tryBoth(): Promise<EtagStyle> {
    const key = this.#newScratchKey();
    const bytes = new Uint8Array([1]);
    const { etag } = await this.#calls.put(key, bytes);
    try {
      const isRefused = async (ifMatch: string): Promise<boolean> =>
        (await this.#putOver(key, bytes, ifMatch)) === 'conflict';
      if (etag === undefined || !(await isRefused(quoted(etag))) || !(await isRefused(wrongEtag))) return 'quoted';
      return (await isRefused(inStyle(etag, 'unquoted'))) ? 'quoted' : 'unquoted';
    } finally {
      await this.#calls.delete(key);
    }
  }
}

const wrongEtag = '0'.repeat(32);

/** Only what came as one plain ETag goes without quotes: a bare `*` would match everything. */
function inStyle(version: string, style: EtagStyle): string {
  const bare = /^"([^"*,\s]+)"$/.exec(version)?.[1];
  if (bare !== undefined) return style === 'quoted' ? version : bare;
  return version.startsWith('W/"') ? version : `"${version}"`;
}

/** The version as a condition of a `get`, where every store takes quotes. */
export const quoted = (version: string): string => inStyle(version, 'quoted');
