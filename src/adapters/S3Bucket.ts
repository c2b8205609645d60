import {
  DeleteObjectCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
  type S3ClientConfig,
} from '@aws-sdk/client-s3';
import { reasonOf } from '../util/reasonOf.ts';
import type { S3Calls, S3Condition, S3Object, S3Page, S3Written } from './S3Calls.ts';
import { S3Objects } from './S3Objects.ts';
import { S3Failure, timeIn } from './s3Failure.ts';
import { type S3Options, type S3Settings, s3Settings } from './s3Options.ts';

export type { S3Credentials, S3CredentialsOption } from './S3CredentialSource.ts';
export type { S3Options } from './s3Options.ts';
export type { EtagStyle } from './VersionedPuts.ts';

/** Which bucket; credentials are found where AWS tools find them, unless given. */
export interface S3BucketOptions extends S3Options {
  /**
   * A client of your own; `endpoint`, `region`, `credentials` and `forcePathStyle` are then its business. Give it
   * `maxAttempts: 1`: a client that repeats a conditional put by itself reports its own success as a conflict.
   */
  readonly client?: S3Client;
}

/** A bucket of S3, or of a store that speaks its language, through the client of AWS. */
export class S3Bucket extends S3Objects {
  constructor(options: S3BucketOptions) {
    const settings = s3Settings('S3Bucket', options);
    super(settings, new SdkCalls(settings, options.client));
  }
}

interface RawAnswer {
  readonly statusCode?: number;
  readonly headers?: { readonly [name: string]: string | undefined };
}

class SdkCalls implements S3Calls {
  readonly #bucket: string;
  readonly #client: S3Client;
  readonly #isOwn: boolean;

  constructor(settings: S3Settings, client: S3Client | undefined) {
    this.#bucket = settings.bucket;
    this.#client = client ?? new S3Client(configOf(settings));
    this.#isOwn = client === undefined;
  }

  async get(
    key: string,
    ifNoneMatch: string | undefined,
    signal: AbortSignal,
    onLength: (bytes: number) => void,
  ): Promise<S3Object> {
    return answered(async () => {
      const command = new GetObjectCommand({ ...this.#at(key), ...(ifNoneMatch && { IfNoneMatch: ifNoneMatch }) });
      const { Body, ETag, LastModified, ContentLength = 0 } = await this.#client.send(command, { abortSignal: signal });
      onLength(ContentLength);
      // A plain array of its own: a Buffer's `slice` would share memory.
      const bytes = new Uint8Array((await Body?.transformToByteArray()) ?? []);
      return { bytes, etag: ETag, time: LastModified };
    });
  }

  async put(
    key: string,
    bytes: Uint8Array<ArrayBuffer>,
    condition: S3Condition,
    signal: AbortSignal,
  ): Promise<S3Written> {
    return answered(async () => {
      const { ifMatch, ifNoneMatch } = condition;
      const command = new PutObjectCommand({
        ...this.#at(key),
        Body: bytes,
        ...(ifMatch !== undefined && { IfMatch: ifMatch }),
        ...(ifNoneMatch !== undefined && { IfNoneMatch: ifNoneMatch }),
      });
      let time: Date | undefined;
      // What the client hands out of a put has no time; the answer itself has.
      command.middlewareStack.add(
        (next) => async (call) => {
          const result = await next(call);
          time = timeIn((result.response as RawAnswer | undefined)?.headers?.['date']);
          return result;
        },
        { step: 'deserialize', name: 'tiersyncTimeOfPut' },
      );
      const { ETag } = await this.#client.send(command, { abortSignal: signal });
      return { etag: ETag, time };
    });
  }

  async delete(key: string, signal: AbortSignal): Promise<void> {
    await answered(() => this.#client.send(new DeleteObjectCommand(this.#at(key)), { abortSignal: signal }));
  }

  async list(prefix: string, from: string | undefined, signal: AbortSignal): Promise<S3Page> {
    return answered(async () => {
      const command = new ListObjectsV2Command({
        Bucket: this.#bucket,
        Prefix: prefix,
        ...(from !== undefined && { ContinuationToken: from }),
      });
      const {
        Contents = [],
        IsTruncated,
        NextContinuationToken,
      } = await this.#client.send(command, {
        abortSignal: signal,
      });
      const entries = Contents.map(({ Key = '', Size = 0, LastModified }) => ({
        key: Key,
        size: Size,
        time: LastModified,
      }));
      return { entries, isTruncated: IsTruncated, next: NextContinuationToken };
    });
  }

  close(): void {
    if (this.#isOwn) this.#client.destroy();
  }

  #at(key: string): { readonly Bucket: string; readonly Key: string } {
    return { Bucket: this.#bucket, Key: key };
  }
}

function configOf({ endpoint, region, credentials, forcePathStyle }: S3Settings): S3ClientConfig {
  return {
    // Whoever calls a bucket waits and tries again; a conditional put that tried by itself would meet its own success.
    maxAttempts: 1,
    // Some stores never answer it, and the client waits seconds for each large body.
    expectContinueHeader: false,
    forcePathStyle,
    ...(region !== undefined && { region }),
    // Stores other than AWS stumble over checksums they were not asked for.
    ...(endpoint !== undefined && {
      endpoint,
      requestChecksumCalculation: 'WHEN_REQUIRED',
      responseChecksumValidation: 'WHEN_REQUIRED',
    }),
    ...(credentials !== undefined && {
      // Expired from the start, so that the client asks each time and those kept here decide.
      credentials: async () => ({ ...(await credentials.current()), expiration: new Date(0) }),
    }),
  };
}

async function answered<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    throw failureOf(cause);
  }
}

function failureOf(cause: unknown): S3Failure {
  const { name, code, $metadata, $response } = Object(cause) as {
    readonly name?: string;
    readonly code?: string;
    readonly $metadata?: { readonly httpStatusCode?: number };
    readonly $response?: RawAnswer;
  };
  const { headers = {} } = $response ?? {};
  const status = $metadata?.httpStatusCode;
  return new S3Failure(reasonOf(cause), {
    status,
    code: status === undefined ? code : name,
    retryAfter: headers['retry-after'],
    date: timeIn(headers['date']),
    cause,
  });
}
