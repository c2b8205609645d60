import type { Environment } from '../interfaces/Environment.ts';
import { environmentOf } from './environmentOf.ts';
import { S3CredentialSource, type S3CredentialsOption } from './S3CredentialSource.ts';
import { S3Names } from './s3Names.ts';
import { systemEnvironment } from './systemEnvironment.ts';
import type { EtagStyle } from './VersionedPuts.ts';

/** Which bucket of which store. */
export interface S3Options {
  /** Its name. It has to exist. */
  readonly bucket: string;
  /** Keeps everything under this folder of the bucket: letters, digits and `. _ -`, for example `team/app`. */
  readonly prefix?: string;
  /** Omitted: AWS. */
  readonly endpoint?: string;
  /** With an `endpoint`, `us-east-1` unless told. */
  readonly region?: string;
  /** Fixed ones, or a function that is asked for some. */
  readonly credentials?: S3CredentialsOption;
  /** The bucket in the path and not in the host name; so unless told where an endpoint is given. */
  readonly forcePathStyle?: boolean;
  /** How the store wants ETags in `If-Match`; found out unless told. */
  readonly etagStyle?: EtagStyle;
  /**
   * How long a request may take before it rejects with `unavailable`, a minute unless told; and a second more for each 8,000
   * bytes beyond 64 KB.
   */
  readonly timeoutMs?: number;
  /** Clock, timers and the like of your own, for tests. */
  readonly environment?: Partial<Environment>;
}

/** The options, checked, with what they leave out. */
export interface S3Settings {
  readonly title: string;
  readonly bucket: string;
  readonly names: S3Names;
  readonly endpoint: string | undefined;
  readonly region: string | undefined;
  readonly credentials: S3CredentialSource | undefined;
  readonly forcePathStyle: boolean;
  readonly etagStyle: EtagStyle | undefined;
  readonly timeoutMs: number;
  readonly environment: Environment;
}

export function s3Settings(adapter: string, options: S3Options): S3Settings {
  const { bucket, endpoint, credentials, timeoutMs = 60_000 } = options;
  if (typeof bucket !== 'string' || !/^[A-Za-z0-9._-]+$/.test(bucket)) {
    throw new TypeError(`${adapter} needs the name of a bucket; write new ${adapter}({ bucket: 'my-bucket' })`);
  }
  if (endpoint !== undefined && !/^https?:\/\/[^/?#]+[^?#]*$/.test(endpoint)) {
    throw new TypeError(`endpoint: '${endpoint}' is no address; write endpoint: 'https://s3.example.com'`);
  }
  const environment = environmentOf(systemEnvironment, options.environment);
  return {
    title: `${adapter} ${bucket}`,
    bucket,
    names: new S3Names(options.prefix),
    endpoint: endpoint?.replace(/\/$/, ''),
    // Where the store is not AWS, any region will do that both sides name; this one is what such stores expect.
    region: options.region ?? (endpoint === undefined ? undefined : 'us-east-1'),
    credentials: credentials === undefined ? undefined : new S3CredentialSource(credentials, environment.now),
    forcePathStyle: options.forcePathStyle ?? endpoint !== undefined,
    etagStyle: options.etagStyle,
    timeoutMs,
    environment,
  };
}
