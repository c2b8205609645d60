import { TierSyncError } from '../errors.ts';
import type { BucketEntry, BucketObject, IBucket, PutCondition } from '../interfaces/IBucket.ts';
import { asTierSyncError } from '../util/asTierSyncError.ts';
import { LimitedS3Calls } from './LimitedS3Calls.ts';
import type { S3Calls, S3Page, S3Written } from './S3Calls.ts';
import { errorOf, isAbsent, isNotModified, isPreconditionFailed, S3Failure } from './s3Failure.ts';
import type { S3Names } from './s3Names.ts';
import type { S3Settings } from './s3Options.ts';
import { quoted, VersionedPuts } from './VersionedPuts.ts';

type Written = { readonly version: string; readonly time?: Date };

/** The objects of an S3 bucket as an `IBucket`, whichever client makes the requests. */
export abstract class S3Objects implements IBucket {
  readonly #title: string;
  readonly #names: S3Names;
  readonly #calls: LimitedS3Calls;
  readonly #versionedPuts: VersionedPuts;
  readonly #now: () => number;
  readonly #running = new Set<Promise<unknown>>();
  #closed = false;

  protected constructor(settings: S3Settings, calls: S3Calls) {
    const { environment, names, timeoutMs, credentials } = settings;
    this.#title = settings.title;
    this.#names = names;
    this.#now = environment.now;
    this.#calls = new LimitedS3Calls(calls, { timeoutMs, timers: environment, credentials });
    this.#versionedPuts = new VersionedPuts(this.#calls, settings.etagStyle, () =>
      names.scratchKey(environment.createId(21)),
    );
  }

  get(name: string, options: { readonly unlessVersion?: string } = {}): Promise<BucketObject | 'unchanged' | null> {
    return this.#call(async () => {
      const key = this.#names.keyOf(name);
      const { unlessVersion } = options;
      const condition = unlessVersion === undefined ? undefined : quoted(unlessVersion);
      try {
        const found = await this.#calls.get(key, condition);
        const version = versionOf(found);
        // Also where the store does not know the condition.
        if (version === unlessVersion) return 'unchanged';
        return { bytes: found.bytes, version, ...timeOf(found) };
      } catch (cause) {
        if (condition !== undefined && isNotModified(cause)) return 'unchanged';
        if (isAbsent(cause)) return null;
        throw cause;
      }
    });
  }

  put(name: string, bytes: Uint8Array, condition: PutCondition = {}): Promise<Written | 'conflict'> {
    return this.#call(async () => {
      const key = this.#names.keyOf(name);
      const content = new Uint8Array(bytes);
      const written = await this.#put(key, content, condition);
      return written === 'conflict' ? written : { version: versionOf(written), ...timeOf(written) };
    });
  }

  delete(name: string): Promise<void> {
    return this.#call(async () => {
      const key = this.#names.keyOf(name);
      try {
        await this.#calls.delete(key);
      } catch (cause) {
        if (!isAbsent(cause)) throw cause;
      }
    });
  }

  async *list(prefix: string): AsyncIterable<BucketEntry> {
    let from: string | undefined;
    do {
      const page = await this.#call(() => this.#page(this.#names.prefixOf(prefix), from));
      for (const { key, size, time } of page.entries) {
        const name = this.#names.nameOf(key);
        if (name?.startsWith(prefix)) yield { name, size, ...timeOf({ time }) };
      }
      from = page.next;
    } while (from !== undefined);
  }

  async close(): Promise<void> {
    this.#closed = true;
    await Promise.allSettled(this.#running);
    this.#calls.close();
  }

  async #put(key: string, bytes: Uint8Array<ArrayBuffer>, condition: PutCondition): Promise<S3Written | 'conflict'> {
    const { ifAbsent, ifVersion } = condition;
    // Nothing is both absent and of a version, and no version is empty; stores might look at one condition or at none.
    if (ifVersion === '' || (ifAbsent && ifVersion !== undefined)) return 'conflict';
    try {
      if (ifVersion !== undefined) return await this.#versionedPuts.put(key, bytes, ifVersion);
      return await this.#calls.put(key, bytes, ifAbsent ? { ifNoneMatch: '*' } : {});
    } catch (cause) {
      if (ifAbsent && isPreconditionFailed(cause)) return 'conflict';
      throw cause;
    }
  }

  /** A page that cannot be trusted to be whole is an error: to the caller, what is not listed is not there. */
  async #page(prefix: string, from: string | undefined): Promise<S3Page> {
    const page = await this.#calls.list(prefix, from);
    if (page.isTruncated === undefined) throw new S3Failure('the answer was no listing');
    if (!page.isTruncated) return { ...page, next: undefined };
    if (page.next === undefined || page.next === from)
      throw new S3Failure('the listing has more and does not say where');
    return page;
  }

  async #call<T>(work: () => Promise<T>): Promise<T> {
    if (this.#closed) throw new TierSyncError('closed', `the ${this.#title} was closed`);
    const running = work();
    this.#running.add(running);
    try {
      return await running;
    } catch (cause) {
      throw this.#translate(cause);
    } finally {
      this.#running.delete(running);
    }
  }

  #translate(cause: unknown): unknown {
    if (cause instanceof S3Failure) return errorOf(cause, this.#title, this.#now());
    return cause instanceof TypeError ? cause : asTierSyncError(cause, this.#title);
  }
}

function versionOf({ etag }: S3Written): string {
  if (etag !== undefined && etag !== '') return etag;
  throw new S3Failure('the answer has no ETag; in a browser, the CORS rules of the bucket must expose that header');
}

function timeOf({ time }: { readonly time: Date | undefined }): { readonly time?: Date } {
  return time === undefined ? {} : { time };
}
