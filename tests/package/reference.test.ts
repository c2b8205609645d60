import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { referenceOf } from '../../scripts/reference/referenceOf.mjs';
import { root } from './installed.ts';

const folder = join(root, 'docs/reference');
const { files, undescribed } = referenceOf(root);

test('[GD8] the reference says what the built declarations say: else `npm run reference` is to be run', () => {
  const written = readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), 'utf8')] as const);
  const stale = [...files].filter(([name, text]) => new Map(written).get(name) !== text).map(([name]) => name);
  expect(stale).toEqual([]);
  expect(written.map(([name]) => name).sort()).toEqual([...files.keys()].sort());
});

test('[GD9] every public name has a doc comment', () => {
  expect(undescribed).toEqual([]);
});

test('[GD8] every link of the reference leads to a heading, and no two headings of a page are the same', () => {
  const anchors = [...files].flatMap(([name, text]) => {
    const headings = [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading]) => heading!.toLowerCase());
    expect(headings.filter((heading, at) => headings.indexOf(heading) !== at)).toEqual([]);
    return headings.map((heading) => `${name}#${heading}`);
  });
  const links = [...files].flatMap(([name, text]) =>
    [...text.matchAll(/(?:href="|\]\()([\w.-]*)#([\w-]+)[")]/g)].map(([, page, anchor]) => `${page || name}#${anchor}`),
  );
  expect(links.length).toBeGreaterThan(500);
  expect(links.filter((link) => !anchors.includes(link))).toEqual([]);
});
