import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** The package by its own name, resolved to its sources, so that tests come in through the strangers' door. */
export const alias = {
  'tiersync/client': at('./src/client/index.ts'),
  'tiersync/inspector': at('./src/inspector/index.ts'),
  'tiersync/maintenance': at('./src/maintenance/index.ts'),
  'tiersync/react': at('./src/react/index.ts'),
  'tiersync/server': at('./src/server/index.ts'),
  'tiersync/testing': at('./src/testing/index.ts'),
  'tiersync/vue': at('./src/vue/index.ts'),
  'tiersync/adapters/compressed': at('./src/adapters/compressed.ts'),
  'tiersync/adapters/encrypted': at('./src/adapters/encrypted.ts'),
  'tiersync/adapters/file': at('./src/adapters/FileBucket.ts'),
  'tiersync/adapters/indexeddb': at('./src/adapters/IndexedDbPersistence.ts'),
  'tiersync/adapters/localforage': at('./src/adapters/LocalForagePersistence.ts'),
  'tiersync/adapters/retrying': at('./src/adapters/retrying.ts'),
  'tiersync/adapters/s3-fetch': at('./src/adapters/S3FetchBucket.ts'),
  'tiersync/adapters/s3': at('./src/adapters/S3Bucket.ts'),
  tiersync: at('./src/index.ts'),
};

export default defineConfig({
  resolve: { alias },
  test: {
    include: ['tests/**/*.test.ts'],
    exclude: ['tests/browser/**'],
    testTimeout: 30_000,
    // No test replaces modules, so files share them: loading the sources anew for each took a third of all time.
    isolate: false,
    // The simulations have threads of their own; all else leaves a core idle now and then.
    maxWorkers: 2,
  },
});
