import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { Installed, root } from './installed.ts';

const installed = new Installed(['@types/react', 'idb', 'react', 'valibot']);
afterAll(() => installed.remove());

test('[QS2] every program in the README type-checks against the built package', async () => {
  const readme = readFileSync(join(root, 'README.md'), 'utf8');
  const files = [...readme.matchAll(/^```(tsx?)\n([\s\S]*?)^```$/gm)].map(([, extension, program], i) => {
    const name = `readme-${i}.${extension}`;
    installed.write(name, program!);
    return name;
  });
  expect(files.length).toBeGreaterThan(2);
  expect(installed.typeErrors(...files)).toBe('');
});
