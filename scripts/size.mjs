// What an app downloads, as a bundler splits it: the entry, and what is loaded only where there is a need.
// `npm run check:size`. What is counted, and why it is what it is: docs/decisions/0008-size-of-the-entry.md
import { brotliCompressSync, constants } from 'node:zlib';
import * as esbuild from 'esbuild';
import { Rolldown } from 'tsdown';

const app = "export { DataOrchestrator } from './dist/index.js';";
const external = ['rxjs'];

/** In bytes with brotli. The goal is where it is to go; the limit keeps it from growing. */
const budgets = {
  'the entry: all that an app without tiers loads': { goal: 12_000, limit: 12_920 },
  'what a local tier adds': { limit: 23_560 },
  'what a cloud adds, with a bucket': { goal: 15_000, limit: 18_870 },
};

/** Names a file of the bundle and all that it imports at once. */
function withStatic(name, importsOf, known = new Set()) {
  if (known.has(name)) return known;
  known.add(name);
  for (const next of importsOf(name)) withStatic(next, importsOf, known);
  return known;
}

function sizeOf(codes) {
  const bytes = Buffer.from(codes.join('\n'));
  const size = brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } }).length;
  return { size, minified: bytes.length };
}

/** The bundler of Vite. */
async function bundle() {
  const virtual = {
    name: 'app',
    resolveId: (id) => (id === 'app' ? `${process.cwd()}/app.js` : null),
    load: (id) => (id.endsWith('/app.js') ? app : null),
  };
  const built = await Rolldown.rolldown({ input: 'app', external, plugins: [virtual] });
  const { output } = await built.generate({ format: 'esm', minify: true });
  const files = new Map(output.map((file) => [file.fileName, file]));
  const closureOf = (file) =>
    withStatic(file.fileName, (name) => files.get(name).imports.filter((next) => files.has(next)));
  const entry = closureOf(output.find(({ isEntry }) => isEntry));
  const lazy = output.filter(({ isDynamicEntry }) => isDynamicEntry);
  const codesOf = (names) => [...names].map((name) => files.get(name).code);
  return {
    entry: codesOf(entry),
    /** What comes with parts of these names, and was not there before. */
    moreOf(parts, before = []) {
      const chosen = lazy.filter(({ name }) => parts.some((part) => name.startsWith(part)));
      if (chosen.length !== parts.length) throw new Error(`no such parts: ${parts}`);
      const known = new Set([
        ...entry,
        ...lazy
          .filter(({ name }) => before.some((part) => name.startsWith(part)))
          .flatMap((file) => [...closureOf(file)]),
      ]);
      return codesOf(new Set(chosen.flatMap((file) => [...closureOf(file)].filter((name) => !known.has(name)))));
    },
  };
}

/** esbuild splits by file: what index.js names, and only a lazy part uses, stays in the entry. */
async function entryByEsbuild() {
  const stdin = { contents: app, resolveDir: '.' };
  const { outputFiles, metafile } = await esbuild.build({
    ...{ stdin, external, bundle: true, minify: true, splitting: true, write: false, outdir: 'bundle' },
    ...{ format: 'esm', target: 'es2022', metafile: true },
  });
  const nameOf = (path) => path.split('/').at(-1);
  const outputs = new Map(Object.entries(metafile.outputs).map(([path, output]) => [nameOf(path), output]));
  const importsOf = (name) =>
    outputs
      .get(name)
      .imports.filter((found) => found.kind === 'import-statement' && !found.external)
      .map(({ path }) => nameOf(path));
  const names = withStatic('stdin.js', importsOf);
  return outputFiles.filter(({ path }) => names.has(nameOf(path))).map(({ text }) => text);
}

async function inspectorByEsbuild() {
  const { outputFiles } = await esbuild.build({
    ...{ entryPoints: ['dist/inspector.js'], external: ['tiersync'], bundle: true, minify: true, write: false },
    ...{ format: 'esm', target: 'es2022' },
  });
  return outputFiles.map(({ text }) => text);
}

const print = (what, { size, minified }) =>
  console.log(
    `${what.padEnd(52)} ${String(minified).padStart(7)} bytes minified ${String(size).padStart(7)} with brotli`,
  );

function judge(what, codes) {
  const sizes = sizeOf(codes);
  const { goal, limit } = budgets[what];
  print(what, sizes);
  if (goal !== undefined && sizes.size > goal) console.log(`  ${sizes.size - goal} over the goal of ${goal}`);
  if (sizes.size <= limit) return;
  console.error(`  grown over its limit of ${limit}`);
  process.exitCode = 1;
}

const { entry, moreOf } = await bundle();
// The code that looks at options comes with the first that is not the prefix.
const local = ['LocalPart', 'checkOptions'];
judge('the entry: all that an app without tiers loads', entry);
print('  the same by esbuild', sizeOf(await entryByEsbuild()));
judge('what a local tier adds', moreOf(local));
print('  so an app with one loads', sizeOf([...entry, ...moreOf(local)]));
judge('what a cloud adds, with a bucket', moreOf(['attachCloud', 'BucketTier'], local));
print('  so an app with one loads', sizeOf([...entry, ...moreOf(['attachCloud', 'BucketTier', ...local])]));
const cloud = [...local, 'attachCloud', 'BucketTier'];
const wholeKeys = ['compareKeys', 'bringKeys', 'parseIndex'];
print('more for a first contact, or after a long time away', sizeOf(moreOf(wholeKeys, cloud)));
print('more to try a bucket at the first contact', sizeOf(moreOf(['probe'], cloud)));
print('more when a checkpoint is due', sizeOf(moreOf(['Checkpoint'], cloud)));
print('more with any option but the prefix', sizeOf(moreOf(['checkOptions'])));
print('more with entities, sync, intervals or environment', sizeOf(moreOf(['checkGroups'], ['checkOptions'])));
print('more with a strategy for keys', sizeOf(moreOf(['checkedStrategy'], ['checkOptions'])));
print('more with a schema', sizeOf(moreOf(['validate'])));
print('more with declared indexes', sizeOf(moreOf(['FieldIndexes'])));
print('more with a store of its own', sizeOf(moreOf(['entitiesIn'])));
print('more where tabs share a local tier', sizeOf(moreOf(['TabsPart'], local)));
print('  and a cloud', sizeOf(moreOf(['TabCloud'], [...local, 'TabsPart', 'attachCloud'])));
print('more with a bucket as local tier', sizeOf(moreOf(['BucketPersistence'], local)));
print('more with a plain persistence as cloud', sizeOf(moreOf(['ComparedTier'], [...local, 'attachCloud'])));
print('the inspector, beside the app that it looks at', sizeOf(await inspectorByEsbuild()));
