import { reasonOf } from '../util/reasonOf.ts';
import type { S3Calls, S3Condition, S3Object, S3Page, S3Written } from './S3Calls.ts';
import type { S3CredentialSource, S3CredentialsOption } from './S3CredentialSource.ts';
import { S3Objects } from './S3Objects.ts';
import { isClockOff, S3Failure, timeIn } from './s3Failure.ts';
import { readError, readListing } from './s3Listing.ts';
import { type S3Options, type S3Settings, s3Settings } from './s3Options.ts';
import { bucketAddress, type S3Request, signedRequest } from './s3Request.ts';

export type { S3Credentials, S3CredentialsOption } from './S3CredentialSource.ts';
export type { S3Options } from './s3Options.ts';
export type { EtagStyle } from './VersionedPuts.ts';

/** What takes the place of the platform's `fetch`. */
export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

/** Which bucket, and who asks. */
export interface S3FetchBucketOptions extends S3Options {
  readonly credentials: S3CredentialsOption;
  /** The platform's own unless told. */
  readonly fetch?: Fetch;
}

/** A bucket of S3, or of a store that speaks its language, by `fetch` alone: small, for browsers. */
export class S3FetchBucket extends S3Objects {
  constructor(options: S3FetchBucketOptions) {
    const settings = s3Settings('S3FetchBucket', options);
    super(settings, new FetchCalls(settings, options.fetch ?? globalThis.fetch.bind(globalThis)));
  }
}

interface Answer {
  readonly headers: Headers;
  readonly bytes: Uint8Array;
}

class FetchCalls implements S3Calls {
  readonly #address: string;
  readonly #region: string;
  readonly #credentials: S3CredentialSource;
  readonly #now: () => number;
  readonly #send: Fetch;
  /** How far the store's clock is ahead of this device's. */
  #clockSkewMs = 0;

  constructor(settings: S3Settings, send: Fetch) {
    const { region, credentials } = settings;
    if (region === undefined) throw new TypeError("S3FetchBucket needs a region; write region: 'eu-central-1'");
    if (credentials === undefined) {
      throw new TypeError('S3FetchBucket needs credentials; write credentials: { accessKeyId, secretAccessKey }');
    }
    this.#address = bucketAddress(settings, region);
    this.#region = region;
    this.#credentials = credentials;
    this.#now = settings.environment.now;
    this.#send = send;
  }

  async get(
    key: string,
    ifNoneMatch: string | undefined,
    signal: AbortSignal,
    onLength: (bytes: number) => void,
  ): Promise<S3Object> {
    const request: S3Request = { method: 'GET', key, headers: { 'if-none-match': ifNoneMatch } };
    const { bytes, headers } = await this.#ask(request, signal, onLength);
    return { bytes, etag: headers.get('etag') ?? undefined, time: timeIn(headers.get('last-modified')) };
  }

  async put(
    key: string,
    body: Uint8Array<ArrayBuffer>,
    { ifMatch, ifNoneMatch }: S3Condition,
    signal: AbortSignal,
  ): Promise<S3Written> {
    const headers = {
      'content-type': 'application/octet-stream',
      'if-match': ifMatch,
      'if-none-match': ifNoneMatch,
    };
    const answer = await this.#ask({ method: 'PUT', key, headers, body }, signal);
    return { etag: answer.headers.get('etag') ?? undefined, time: timeIn(answer.headers.get('date')) };
  }

  async delete(key: string, signal: AbortSignal): Promise<void> {
    await this.#ask({ method: 'DELETE', key }, signal);
  }

  async list(prefix: string, from: string | undefined, signal: AbortSignal): Promise<S3Page> {
    const query = { 'list-type': '2', prefix, 'continuation-token': from };
    const { bytes } = await this.#ask({ method: 'GET', query }, signal);
    return readListing(new TextDecoder().decode(bytes));
  }

  close(): void {}

  async #ask(request: S3Request, signal: AbortSignal, onLength?: (bytes: number) => void): Promise<Answer> {
    const time = this.#now() + this.#clockSkewMs;
    const signature = { credentials: await this.#credentials.current(), region: this.#region, time };
    const { url, init } = await signedRequest(this.#address, request, signature);
    try {
      return await this.#answerTo(url, { ...init, signal }, onLength);
    } catch (cause) {
      if (isClockOff(cause) && cause.date !== undefined) this.#clockSkewMs = cause.date.getTime() - this.#now();
      throw cause;
    }
  }

  async #answerTo(url: string, init: RequestInit, onLength?: (bytes: number) => void): Promise<Answer> {
    const { response, bytes } = await this.#received(url, init, onLength);
    const { status, headers } = response;
    if (response.ok) return { headers, bytes };
    const { code, message } = readError(new TextDecoder().decode(bytes));
    const retryAfter = headers.get('retry-after') ?? undefined;
    throw new S3Failure(message || 'the request failed', {
      status,
      code,
      retryAfter,
      date: timeIn(headers.get('date')),
    });
  }

  async #received(
    url: string,
    init: RequestInit,
    onLength?: (bytes: number) => void,
  ): Promise<{ response: Response; bytes: Uint8Array }> {
    try {
      const response = await this.#send(url, init);
      onLength?.(Number(response.headers.get('content-length') ?? 0));
      return { response, bytes: new Uint8Array(await response.arrayBuffer()) };
    } catch (cause) {
      // The reason stands one level below: at the top it is "fetch failed", whatever happened.
      const below = (cause as { cause?: unknown } | null | undefined)?.cause;
      throw new S3Failure(reasonOf(below ?? cause), { cause });
    }
  }
}
