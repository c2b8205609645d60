import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { documents } from '../../bench/report/documents.mjs';

test('[BM5] the page of benchmarks, its chart and the table in the README are what the script makes of the figures', () => {
  const made = Object.entries(documents());
  expect(made.map(([name]) => name)).toEqual(['docs/benchmarks.md', 'docs/benchmarks.svg', 'README.md']);
  for (const [name, text] of made) {
    expect(readFileSync(new URL(`../../${name}`, import.meta.url), 'utf8'), `${name}: npm run bench -- documents`).toBe(
      text,
    );
  }
});
