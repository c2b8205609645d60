import { defineConfig } from 'tsdown';

export default defineConfig({
  entry: {
    index: 'src/index.ts',
    cli: 'src/cli/main.ts',
    client: 'src/client/index.ts',
    server: 'src/server/index.ts',
    testing: 'src/testing/index.ts',
    'adapters/compressed': 'src/adapters/compressed.ts',
    'adapters/encrypted': 'src/adapters/encrypted.ts',
    'adapters/file': 'src/adapters/FileBucket.ts',
    'adapters/indexeddb': 'src/adapters/IndexedDbPersistence.ts',
    'adapters/localforage': 'src/adapters/LocalForagePersistence.ts',
    'adapters/postgres': 'src/adapters/PostgresPersistence.ts',
    'adapters/retrying': 'src/adapters/retrying.ts',
    'adapters/sqlite': 'src/adapters/SqlitePersistence.ts',
    'adapters/s3': 'src/adapters/S3Bucket.ts',
    'adapters/s3-fetch': 'src/adapters/S3FetchBucket.ts',
  },
  format: 'esm',
  platform: 'neutral',
  target: 'es2022',
  dts: true,
  sourcemap: false,
  clean: true,
  external: [/^node:/],
  fixedExtension: false,
});
