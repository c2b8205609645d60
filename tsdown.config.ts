import { defineConfig } from 'tsdown';

export default defineConfig({
  entry: {
    index: 'src/index.ts',
    cli: 'src/cli/main.ts',
    client: 'src/client/index.ts',
    inspector: 'src/inspector/index.ts',
    maintenance: 'src/maintenance/index.ts',
    react: 'src/react/index.ts',
    server: 'src/server/index.ts',
    testing: 'src/testing/index.ts',
    vue: 'src/vue/index.ts',
    'adapters/compressed': 'src/adapters/compressed.ts',
    'adapters/encrypted': 'src/adapters/encrypted.ts',
    'adapters/file': 'src/adapters/FileBucket.ts',
    'adapters/indexeddb': 'src/adapters/IndexedDbPersistence.ts',
    'adapters/localforage': 'src/adapters/LocalForagePersistence.ts',
    'adapters/postgres': 'src/adapters/PostgresPersistence.ts',
    'adapters/retrying': 'src/adapters/retrying.ts',
    'adapters/s3': 'src/adapters/S3Bucket.ts',
    'adapters/s3-fetch': 'src/adapters/S3FetchBucket.ts',
    'adapters/sqlite': 'src/adapters/SqlitePersistence.ts',
  },
  format: 'esm',
  platform: 'neutral',
  target: 'es2022',
  dts: true,
  sourcemap: false,
  clean: true,
  // A bundler gives each part a name of its own, by what is in it; a second hash would only be loaded with it.
  hash: false,
  // What people touch comes in by the package's own name, like any user: there is one copy of it.
  external: [/^node:/, 'tiersync'],
  // What an app always loads is one file, so that a bundler makes one part of it: docs/decisions/0008.
  outputOptions: { codeSplitting: { groups: [{ name: 'core', test: /[\\/]src[\\/]DataOrchestrator\.ts$/ }] } },
  fixedExtension: false,
});
