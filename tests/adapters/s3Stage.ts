import { S3Bucket, type S3Options } from 'tiersync/adapters/s3';
import { S3FetchBucket } from 'tiersync/adapters/s3-fetch';
import { afterAll, afterEach, beforeAll } from 'vitest';
import { type Answer, FaultyProxy } from '../support/FaultyProxy.ts';
import { type S3Server, startS3Server } from '../support/s3Server.ts';

/** Both adapters, to be put through the same tests. */
export const adapters = [S3Bucket, S3FetchBucket] as const;
type Adapter = (typeof adapters)[number];

/** A real store with a proxy of ours before it, for the tests of one file. */
export interface S3Stage {
  readonly server: S3Server;
  readonly proxy: FaultyProxy;
  /** Reached through the proxy, and empty unless `prefix` says where. */
  open(Bucket: Adapter, options?: Partial<S3Options>): S3Bucket | S3FetchBucket;
}

export function s3Stage(): S3Stage {
  let server: S3Server;
  let proxy: FaultyProxy;
  let opened = 0;
  const open: S3Stage['open'] = (Bucket, options) => {
    opened += 1;
    const { bucket, credentials } = server;
    return new Bucket({ endpoint: proxy.endpoint, bucket, credentials, prefix: `run/${opened}`, ...options });
  };
  beforeAll(async () => {
    server = await startS3Server();
    proxy = await FaultyProxy.start(server);
  });
  afterEach(() => proxy.reset());
  afterAll(async () => {
    await proxy.stop();
    await server.stop();
  });
  return {
    get server() {
      return server;
    },
    get proxy() {
      return proxy;
    },
    open,
  };
}

export const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

/** A refusal as S3 words it. */
export function refusal(status: number, code: string, headers: Answer['headers'] = {}): { readonly answer: Answer } {
  const body = `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>It said ${code}</Message></Error>`;
  return { answer: { status, headers: { 'content-type': 'application/xml', ...headers }, body } };
}
