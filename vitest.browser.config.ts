import { existsSync } from 'node:fs';
import { playwright } from '@vitest/browser-playwright';
import { defineConfig } from 'vitest/config';
import { startS3Server } from './tests/support/s3Server.ts';
import { alias } from './vitest.config.ts';

const chromium = process.env['CHROMIUM'] ?? '/usr/bin/chromium';

if (!existsSync(chromium)) {
  console.log(`skipped: no Chromium at ${chromium} (set CHROMIUM)`);
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
  optimizeDeps: { include: ['aws4fetch', 'fast-json-stable-stringify', 'idb', 'localforage', 'nanoid', 'rxjs'] },
  test: {
    include: ['tests/browser/**/*.browser.test.ts'],
    testTimeout: 60_000,
    provide: { s3: { path: pathname, bucket: s3.bucket, credentials: s3.credentials } },
    browser: {
      enabled: true,
      headless: true,
      screenshotFailures: false,
      provider: playwright({
        launchOptions: {
          executablePath: chromium,
          args: [
            '--no-sandbox',
            '--disable-gpu',
            '--disable-quic',
            '--no-first-run',
            '--disable-background-networking',
            '--disable-component-update',
            '--disable-sync',
          ],
        },
      }),
      instances: [{ browser: 'chromium' }],
    },
  },
});
