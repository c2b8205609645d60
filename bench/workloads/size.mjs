import { readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { join } from 'node:path';
import { brotliCompressSync } from 'node:zlib';
import { Rolldown } from 'tsdown';

const peers = join(import.meta.dirname, '../peers');
const builtin = builtinModules.flatMap((name) => [name, `node:${name}`]);

/** What a page loads at first: the entry, and all that it imports without being asked. */
function firstLoad(output) {
  const files = new Map(output.filter(({ type }) => type === 'chunk').map((file) => [file.fileName, file]));
  const names = new Set([output.find(({ isEntry }) => isEntry).fileName]);
  for (const name of names) for (const next of files.get(name).imports) if (files.has(next)) names.add(next);
  return [...names].map((name) => Buffer.from(files.get(name).code));
}

/** Bytes of the smallest useful import, minified, with brotli. What many use anyway, rxjs, counts for nobody. */
export async function bundleSize({ subject: { smallest, wasm } }) {
  const entry = join(peers, 'smallest.js');
  const built = await Rolldown.rolldown({
    input: entry,
    platform: 'browser',
    external: [...builtin, /^rxjs/],
    transform: { define: { 'process.env.NODE_ENV': '"production"', global: 'globalThis' } },
    logLevel: 'silent',
    plugins: [
      {
        name: 'smallest',
        resolveId: (id) => (id === entry ? id : null),
        load: (id) => (id === entry ? smallest : null),
      },
    ],
  });
  const { output } = await built.generate({ format: 'esm', minify: true });
  const more = wasm === undefined ? [] : [readFileSync(join(peers, 'node_modules', wasm))];
  return [Buffer.concat(firstLoad(output)), ...more].reduce((sum, bytes) => sum + brotliCompressSync(bytes).length, 0);
}
