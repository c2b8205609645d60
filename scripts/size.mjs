// What an app downloads, as a bundler would split it: the entry, and what it loads only when asked to. `npm run check:size`
// The goal is 12,000 bytes for the entry; until it is reached, the limit keeps it from growing.
import { brotliCompressSync, constants } from 'node:zlib';
import { build } from 'esbuild';

const goal = 12_000;
const limit = 23_000;

const { outputFiles, metafile } = await build({
  stdin: { contents: "export { DataOrchestrator } from './dist/index.js';", resolveDir: '.' },
  bundle: true,
  minify: true,
  splitting: true,
  write: false,
  outdir: 'bundle',
  format: 'esm',
  target: 'es2022',
  external: ['rxjs'],
  metafile: true,
});

const code = new Map(outputFiles.map(({ path, contents }) => [path.split('/').at(-1), contents]));
const nameOf = (path) => path.split('/').at(-1);
const importsOf = (name, kind) =>
  Object.entries(metafile.outputs)
    .filter(([path]) => nameOf(path) === name)
    .flatMap(([, { imports }]) => imports.filter((found) => found.kind === kind && !found.external))
    .map(({ path }) => nameOf(path));

/** A file and all that it imports at once. */
function withStatic(name, known = new Set()) {
  if (!known.has(name)) for (const next of importsOf(name, 'import-statement')) withStatic(next, known.add(name));
  return known.add(name);
}

const brotli = (names) => {
  const bytes = Buffer.concat([...names].map((name) => code.get(name)));
  const size = brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } }).length;
  return { size, minified: bytes.length };
};
const print = (what, { size, minified }) =>
  console.log(
    `${what.padEnd(44)} ${String(minified).padStart(7)} bytes minified ${String(size).padStart(7)} with brotli`,
  );

const entry = withStatic('stdin.js');
const entrySize = brotli(entry);
print('entry, rxjs not counted', entrySize);

const lazy = [...code.keys()].filter((name) =>
  [...entry, ...code.keys()].some((from) => importsOf(from, 'dynamic-import').includes(name)),
);
const labels = {
  LocalPart: 'more with a local tier',
  attachCloud: 'more with a cloud',
  BucketTier: 'more with a bucket as cloud',
  ComparedTier: 'more with a plain persistence as cloud',
  PersistenceTier: 'more for that, without a local tier',
  FieldIndexes: 'more with declared indexes',
  BucketPersistence: 'more with a bucket as local tier',
};
for (const name of lazy) {
  const more = [...withStatic(name)].filter((file) => !entry.has(file));
  const label = Object.keys(labels).find((part) => name.startsWith(part));
  print(labels[label] ?? name, brotli(more));
}

const over = entrySize.size - goal;
console.log(over > 0 ? `over the goal of ${goal} by ${over}` : `within the goal of ${goal}`);
if (entrySize.size > limit) {
  console.error(`the entry has grown over ${limit} bytes`);
  process.exitCode = 1;
}
