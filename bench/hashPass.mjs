// The full hash pass: what it costs to find out that all keys of two tiers are equal, something waiting in each or not.
import { build } from 'esbuild';
import { median } from './devices.mjs';

const keys = 100;
const root = new URL('../src/', import.meta.url).pathname;
const contents = `
  export { syncedView } from './reconcile/syncedView.ts';
  export { partitionKeys } from './reconcile/partitionKeys.ts';
  export { KeySums, toMetadata } from './blob/KeySums.ts';
  export { activeRecord } from './blob/records.ts';`;
const { outputFiles } = await build({
  stdin: { contents, resolveDir: root, loader: 'ts' },
  bundle: true,
  format: 'esm',
  platform: 'node',
  write: false,
});
const source = Buffer.from(outputFiles[0].contents).toString('base64');
const { syncedView, partitionKeys, KeySums, toMetadata, activeRecord } = await import(
  `data:text/javascript;base64,${source}`
);

const names = ['Item', 'Note', 'Tag'];
const recordOf = (name, key, i) =>
  activeRecord(name, `${key}.${i}`, { id: `${key}.${i}`, updatedAt: '2026-11-24T12:00:00.000Z', version: 1, i });
const sumsOf = (key) =>
  KeySums.of(names.flatMap((name) => Array.from({ length: 10 }, (_, i) => recordOf(name, key, i))));
const keyNames = Array.from({ length: keys }, (_, i) => `app.project${i}`);
const metadata = () => toMetadata(new Map(keyNames.map((key) => [key, sumsOf(key).summary()])));
const mine = metadata();
const theirs = metadata();
const entryOf = (record) => ({ record, entry: { base: record, sent: [], order: 1, at: 0, rejected: null } });
const pending = new Map(keyNames.map((key) => [key, [entryOf(recordOf('Item', key, 3))]]));

function time(ofKey) {
  const times = [];
  for (let i = 0; i < 500; i++) {
    const start = performance.now();
    const { onlyA, onlyB, differing } = partitionKeys(syncedView(mine, { ofKey }), theirs, () => true);
    times.push(performance.now() - start);
    if (onlyA.length + onlyB.length + differing.length > 0) throw new Error('they are equal');
  }
  return `${(median(times) * 1000).toFixed(0)} µs, the first ${(times[0] * 1000).toFixed(0)} µs`;
}

console.log(`\nThe full hash pass over ${keys} equal keys of ${names.length} names`);
console.log(`- nothing waits to be sent: ${time(() => [])}`);
console.log(`- something waits in every key: ${time((key) => pending.get(key))}`);
