import { compile } from 'svelte/compiler';
import { expect, test } from 'vitest';
import { type Block, blocksOf, documents } from './blocks.ts';
import { faultsOf } from './commands.ts';

const all = [...documents.keys()].flatMap((document) => blocksOf(document));
const documentOf = ({ place }: Block): string => documents.get(place.split(':')[0] as string) as string;
const isFine = (work: () => unknown): boolean => {
  try {
    work();
    return true;
  } catch {
    return false;
  }
};

/** How a block of each language is looked at; a fault is something to read. */
const looks: { readonly [language: string]: (block: Block) => string[] | Promise<string[]> } = {
  // By the types, or run: `guides.test.ts` and `readme.test.ts`.
  js: () => [],
  ts: () => [],
  tsx: () => [],
  // What programs print, formulas and the like.
  text: () => [],
  sh: async (block) => {
    const lines = block.text.trim().split('\n');
    return (await Promise.all(lines.map((line) => faultsOf(line, documentOf(block))))).flat();
  },
  json: ({ text }) => (isFine(() => JSON.parse(text)) ? [] : ['is no JSON']),
  svelte: ({ text }) => (isFine(() => compile(text, {})) ? [] : ['does not compile']),
  html: (block) => {
    const [, script] = /<script type="module" src="\/([^"]+)">/.exec(block.text) ?? [];
    return documentOf(block).includes(`\`${script}\``) ? [] : [`nobody says what ${script} is`];
  },
};

test('[GD13] every block of the README and the guides is of a language that is looked at, and right', async () => {
  expect(all.length).toBeGreaterThan(80);
  const faults = all.map(async (block) => {
    const found = (await looks[block.language]?.(block)) ?? [`nobody looks at "${block.language}"`];
    return found.map((fault) => `${block.place}: ${fault}`);
  });
  expect((await Promise.all(faults)).flat()).toEqual([]);
});

test('[GD13] a command that is not there is noticed', async () => {
  const typed = [
    'npm run nothing',
    'npx tiersync verify ./data --loud',
    'node nothing.mjs',
    'npm install not-there',
    'rm -r .',
  ];
  const faults = await Promise.all(typed.map((line) => faultsOf(line, '')));
  expect(faults.map(({ length }) => length)).toEqual([1, 1, 1, 1, 1]);
});
