import { existsSync } from 'node:fs';
import { playwright } from '@vitest/browser-playwright';
import { defineConfig } from 'vitest/config';
import { alias } from './vitest.config.ts';

const chromium = process.env['CHROMIUM'] ?? '/usr/bin/chromium';

if (!existsSync(chromium)) {
  console.log(`skipped: no Chromium at ${chromium} (set CHROMIUM)`);
  process.exit(process.env['REQUIRE_CHROMIUM'] ? 1 : 0);
}

export default defineConfig({
  resolve: { alias },
  // Found while tests run, they would make the page reload in the middle.
  optimizeDeps: { include: ['fast-json-stable-stringify', 'idb', 'localforage', 'nanoid', 'rxjs'] },
  test: {
    include: ['tests/browser/**/*.browser.test.ts'],
    testTimeout: 60_000,
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
