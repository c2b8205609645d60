import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';

const root = resolve(import.meta.dirname, '..');

const textsIn = (folder: string): string[] =>
  readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'utf8'));

const rules = new Set(
  [...readFileSync(join(root, 'docs/SPEC.md'), 'utf8').matchAll(/^- \*\*([A-Z]+\d+)\*\* \S/gm)].map(([, id]) => id!),
);

/** Titles begin with one rule in brackets, or several; the published suites and the table of defects name theirs apart. */
const tags = (text: string): string[] =>
  [...text.matchAll(/['"`]((?:\[[A-Z]+\d+\] )+)/g)].flatMap(([, run]) => (run ?? '').match(/[A-Z]+\d+/g) ?? []);
const named = (text: string): string[] => [...text.matchAll(/'([A-Z]{1,2}\d+)'/g)].map(([, id]) => id!);

const proven = new Set([
  ...textsIn('tests').flatMap(tags),
  ...textsIn('src/testing').flatMap(named),
  ...textsIn('tests/defects').flatMap(named),
]);

test('[SP1] every rule of the specification has a test that begins with its number', () => {
  expect(rules.size).toBeGreaterThan(100);
  expect([...rules].filter((id) => !proven.has(id))).toEqual([]);
});

test('[SP1] every number in a title is a rule of the specification', () => {
  expect([...proven].filter((id) => !rules.has(id))).toEqual([]);
});
