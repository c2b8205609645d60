import { defineConfig } from 'tsdown';

export default defineConfig({
  entry: {
    index: 'src/index.ts',
    client: 'src/client/index.ts',
    testing: 'src/testing/index.ts',
    'adapters/file': 'src/adapters/FileBucket.ts',
    'adapters/indexeddb': 'src/adapters/IndexedDbPersistence.ts',
    'adapters/localforage': 'src/adapters/LocalForagePersistence.ts',
    'adapters/sqlite': 'src/adapters/SqlitePersistence.ts',
    'adapters/postgres': 'src/adapters/PostgresPersistence.ts',
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
