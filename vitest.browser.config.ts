import { existsSync } from 'node:fs';
import { playwright } from '@vitest/browser-playwright';
import { defineConfig } from 'vitest/config';
import { chromium } from './tests/browser/chromium.ts';
import { startS3Server } from './tests/support/s3Server.ts';
import { alias } from './vitest.config.ts';

if (!existsSync(chromium.executablePath)) {
  console.log(`skipped: no Chromium at ${chromium.executablePath} (set CHROMIUM)`);
  process.exit(process.env['REQUIRE_CHROMIUM'] ? 1 : 0);
}

// It ends with this process.
const s3 = await startS3Server();
const { origin, pathname } = new URL(s3.endpoint);

export default defineConfig({
  resolve: { alias },
  // From the same origin as the page: the test store knows no CORS.
  server: { proxy: { [pathname]: { target: origin, changeOrigin: false } } },
  // Found while tests run, they would make the page reload in the middle.
  optimizeDeps: {
    include: [
      'aws4fetch',
      'fast-json-stable-stringify',
      'idb',
      'localforage',
      'nanoid',
      'react',
      'react-dom/client',
      'react-dom/server',
      'rxjs',
      'solid-js',
      'svelte/store',
      'vue',
      'vue/server-renderer',
    ],
  },
  test: {
    testTimeout: 60_000,
    projects: [
      {
        extends: true,
        test: {
          name: 'in a page',
          include: ['tests/browser/**/*.browser.test.ts'],
          provide: { s3: { path: pathname, bucket: s3.bucket, credentials: s3.credentials } },
          browser: {
            enabled: true,
            headless: true,
            screenshotFailures: false,
            provider: playwright({ launchOptions: chromium }),
            instances: [{ browser: 'chromium' }],
          },
        },
      },
      {
        extends: true,
        test: {
          name: 'around pages',
          include: ['tests/browser/**/*.pages.test.ts'],
          hookTimeout: 60_000,
          // Each of them has browsers and a server of its own.
          fileParallelism: false,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
