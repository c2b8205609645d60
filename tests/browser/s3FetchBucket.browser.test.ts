import { S3FetchBucket } from 'tiersync/adapters/s3-fetch';
import { bucketContract } from 'tiersync/testing';
import { inject, test } from 'vitest';

declare module 'vitest' {
  interface ProvidedContext {
    s3: {
      readonly path: string;
      readonly bucket: string;
      readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
    };
  }
}

const prefixes = new WeakMap<object, string>();
let opened = 0;

function open(prefix: string): S3FetchBucket {
  const { path, bucket, credentials } = inject('s3');
  const instance = new S3FetchBucket({ endpoint: `${location.origin}${path}`, bucket, credentials, prefix });
  prefixes.set(instance, prefix);
  return instance;
}

bucketContract(test, {
  name: 'S3FetchBucket in Chromium',
  open: () => {
    opened += 1;
    return open(`browser/${opened}`);
  },
  reopen: async (bucket) => {
    await bucket.close?.();
    return open(prefixes.get(bucket) ?? '');
  },
  destroy: (bucket) => bucket.close?.(),
  capabilities: { close: true },
});
