import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { Installed, root } from './installed.ts';

const installed = new Installed();
afterAll(() => installed.remove());

const guide = readFileSync(join(root, 'docs/guides/testing.md'), 'utf8');
const [reminder, adapters, simulation] = [...guide.matchAll(/^```js\n([\s\S]*?)^```$/gm)].map(([, block]) => block!);

test('[QS3] the tests of the testing guide pass against the built package', async () => {
  installed.write('reminder.test.mjs', reminder!);
  installed.write('adapters.test.mjs', adapters!);
  const { code, output } = await installed.run(
    '--test',
    '--test-reporter=tap',
    'reminder.test.mjs',
    'adapters.test.mjs',
  );
  expect(output).toContain('# fail 0');
  expect(Number(/# pass (\d+)/.exec(output)![1])).toBeGreaterThan(8);
  expect(code).toBe(0);
});

test('[QS4] the simulation of the testing guide plays its seeds against the built package', async () => {
  installed.write('simulate.mjs', simulation!);
  const { code, output } = await installed.run('simulate.mjs');
  expect(output).toMatch(/^20 runs, \d+ named states reached\n$/);
  expect(code).toBe(0);
});
