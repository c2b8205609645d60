import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { Installed, root } from './installed.ts';

const installed = new Installed();
afterAll(() => installed.remove());

const guide = readFileSync(join(root, 'docs/guides/retention.md'), 'utf8');
const program = readFileSync(join(root, 'examples/retention/small-device.mjs'), 'utf8');
const blockOf = (language: string): string | undefined =>
  new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\`$`, 'm').exec(guide)?.[1];

test('[RT16] the program of the retention guide is the one in the examples, and prints what the guide says', async () => {
  expect(blockOf('js')).toBe(program);
  installed.write('small-device.mjs', program);
  const { code, output } = await installed.run('--no-warnings', 'small-device.mjs');
  expect(output).toBe(blockOf('text'));
  expect(code).toBe(0);
});
