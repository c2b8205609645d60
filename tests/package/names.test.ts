import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { root } from './installed.ts';

/** The rows of all tables: a name, its place here, and the test with its rule. */
const rows = readFileSync(join(root, 'docs/guides/names.md'), 'utf8')
  .split('\n')
  .filter((line) => line.startsWith('| ') && !/^\| (-+|name or usage) /.test(line))
  .map((line) => line.split(/(?<!\\)\|/).map((cell) => cell.trim()))
  .map(([, name, , proof]) => ({ name: name!, proof: proof! }));
const rules = readFileSync(join(root, 'docs/SPEC.md'), 'utf8');

/** What is wrong with a row; nothing if it keeps what it says. */
function faultOf({ name, proof }: (typeof rows)[number]): string | null {
  const [, file, rule] = /^`(\S+\.test\.ts)` ([A-Z]+\d+)$/.exec(proof) ?? [];
  if (file === undefined || rule === undefined) return `${name}: say the test and the rule`;
  const path = join(root, 'tests', file);
  if (!existsSync(path)) return `${name}: there is no ${file}`;
  if (!readFileSync(path, 'utf8').includes(`[${rule}]`)) return `${name}: ${file} has no title with ${rule}`;
  return rules.includes(`**${rule}**`) ? null : `${name}: there is no rule ${rule}`;
}

test('[GD2] each test and rule in the table of names exists, and the test has the rule in a title', () => {
  expect(rows.length).toBeGreaterThan(80);
  expect(rows.flatMap((row) => faultOf(row) ?? [])).toEqual([]);
});
