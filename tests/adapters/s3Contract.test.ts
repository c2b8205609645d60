import { S3Bucket } from 'tiersync/adapters/s3';
import { S3FetchBucket } from 'tiersync/adapters/s3-fetch';
import { bucketContract } from 'tiersync/testing';
import { afterAll, beforeAll, test } from 'vitest';
import { type S3Server, startS3Server } from '../support/s3Server.ts';

let server: S3Server;
let opened = 0;

beforeAll(async () => {
  server = await startS3Server();
});

afterAll(async () => {
  await server.stop();
});

for (const Bucket of [S3Bucket, S3FetchBucket]) {
  const prefixes = new WeakMap<object, string>();
  const open = (prefix: string) => {
    const { endpoint, bucket, credentials } = server;
    const instance = new Bucket({ endpoint, bucket, credentials, prefix });
    prefixes.set(instance, prefix);
    return instance;
  };
  bucketContract(test, {
    name: Bucket.name,
    open: () => {
      opened += 1;
      return open(`run/${opened}`);
    },
    reopen: async (bucket) => {
      await bucket.close?.();
      return open(prefixes.get(bucket) ?? '');
    },
    destroy: (bucket) => bucket.close?.(),
    capabilities: { close: true },
  });
}
