import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { Installed, root } from './installed.ts';

const installed = new Installed(['@types/react', 'idb', 'react', 'rxjs', 'socket.io-client', 'solid-js', 'vue']);
afterAll(() => installed.remove());

/** Those that say what entities the app has are checked by themselves. */
const guides = [
  ['react'],
  ['vue'],
  [
    'combining',
    'conflicts',
    'files',
    'inspector',
    'key-strategies',
    'migrations',
    'offline',
    'other-frameworks',
    'signing-in',
  ],
];

const programsOf = (guide: string): string[] => {
  const text = readFileSync(join(root, `docs/guides/${guide}.md`), 'utf8');
  return [...text.matchAll(/^```(tsx?)\n([\s\S]*?)^```$/gm)].map(([, extension, program], i) => {
    const name = `${guide}-${i}.${extension}`;
    installed.write(name, program!);
    return name;
  });
};

test.each(guides)(
  '[GD6] every program in the guides (%s and on) type-checks against the built package',
  async (...names) => {
    const files = names.map(programsOf);
    for (const programs of files) expect(programs.length).toBeGreaterThan(0);
    expect(await installed.typeErrors('--jsx', 'react-jsx', ...files.flat())).toBe('');
  },
  120_000,
);
