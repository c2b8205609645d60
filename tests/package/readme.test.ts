import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { Installed, root } from './installed.ts';

const installed = new Installed(['idb', 'valibot']);
afterAll(() => installed.remove());

test('[QS2] every program in the README type-checks against the built package', async () => {
  const readme = readFileSync(join(root, 'README.md'), 'utf8');
  const programs = [...readme.matchAll(/^```ts\n([\s\S]*?)^```$/gm)].map(([, program]) => program!);
  expect(programs.length).toBeGreaterThan(2);
  const files = programs.map((_, i) => `readme-${i}.ts`);
  for (const [i, program] of programs.entries()) installed.write(files[i]!, program);
  expect(await installed.typeErrors(...files)).toBe('');
});
