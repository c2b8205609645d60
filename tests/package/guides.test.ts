import { afterAll, expect, test } from 'vitest';
import { blocksOf, documents } from './blocks.ts';
import { grounds } from './grounds.ts';
import { Installed } from './installed.ts';

const installed = new Installed([
  ...['@aws-sdk', '@types', 'aws4fetch', 'idb', 'react', 'rxjs', 'socket.io-client', 'solid-js', 'valibot', 'vue'],
]);
afterAll(() => installed.remove());

/** JavaScript that is run as it stands, by a test that is named for its guide: so many blocks at the beginning. */
const run: { readonly [guide: string]: number } = {
  adapters: 3,
  bucket: 1,
  deployment: 2,
  maintenance: 1,
  retention: 1,
  server: 4,
  testing: 3,
};

/** JavaScript says little of types: what it says is held against them. */
const loosely = ['--allowJs', '--checkJs', '--strict', 'false'];

function written(guide: string, languages: RegExp, from = 0): string[] {
  const programs = blocksOf(guide).filter(({ language }) => languages.test(language));
  return programs.slice(from).map(({ language, text }, at) => {
    const name = `${guide}-${at}.${language === 'js' ? 'mjs' : language}`;
    installed.write(name, text);
    return name;
  });
}

function groundOf(guide: string): string[] {
  if (grounds[guide] === undefined) return [];
  installed.write(`${guide}.d.ts`, grounds[guide]);
  return [`${guide}.d.ts`];
}

const guides = [...documents.keys()].filter((name) =>
  blocksOf(name).some(({ language }) => /^(tsx?|js)$/.test(language)),
);

test.each(guides)('[GD6] every program of %s that is not run type-checks against the built package', (guide) => {
  const strict = written(guide, /^tsx?$/);
  const loose = written(guide, /^js$/, run[guide]);
  const ground = groundOf(guide);
  expect(strict.length === 0 ? '' : installed.typeErrors(...ground, ...strict)).toBe('');
  expect(loose.length === 0 ? '' : installed.typeErrors(...loosely, ...ground, ...loose)).toBe('');
});
