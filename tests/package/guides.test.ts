import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { Installed, root } from './installed.ts';

const installed = new Installed(['@types/react', 'idb', 'react', 'rxjs', 'socket.io-client', 'solid-js', 'vue']);
afterAll(() => installed.remove());

const guides = [
  'combining',
  'conflicts',
  'files',
  'key-strategies',
  'migrations',
  'offline',
  'other-frameworks',
  'react',
  'signing-in',
  'vue',
];

test.each(guides)(
  '[GD6] every program in the guide %s type-checks against the built package',
  async (guide) => {
    const text = readFileSync(join(root, `docs/guides/${guide}.md`), 'utf8');
    const files = [...text.matchAll(/^```(tsx?)\n([\s\S]*?)^```$/gm)].map(([, extension, program], i) => {
      const name = `${guide}-${i}.${extension}`;
      installed.write(name, program!);
      return name;
    });
    expect(files.length).toBeGreaterThan(0);
    expect(await installed.typeErrors('--jsx', 'react-jsx', ...files)).toBe('');
  },
  120_000,
);
