// One edit in a key of a thousand records and in one of a hundred thousand: time and bytes, by where the local tier stands.

import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { DataOrchestrator, MemoryStore, silentLogger } from 'tiersync';
import { FileBucket } from 'tiersync/adapters/file';
import { SqlitePersistence } from 'tiersync/adapters/sqlite';
import { CountedBucket } from './CountedBucket.mjs';
import { itemAt, median } from './devices.mjs';

const { values } = parseArgs({
  options: { sizes: { type: 'string', default: '1000,100000' }, edits: { type: 'string', default: '60' } },
});
const sizes = values.sizes.split(',').map(Number);
const edits = Number(values.edits);
const require = createRequire(import.meta.url);
const jsonSize = (value) => JSON.stringify(value)?.length ?? 0;

/** What is written to a persistence that is changed in part, as JSON. */
class CountedParts {
  isolated = true;
  bytes = 0;
  #inner;

  constructor(inner) {
    this.#inner = inner;
    for (const method of ['loadData', 'loadParts', 'clearData', 'listKeys', 'storeData', 'storeMany', 'patchData']) {
      this[method] = (...args) => this.#inner[method](...args);
    }
  }

  patchMany(patches) {
    for (const { changes } of patches)
      for (const [path, value] of changes) this.bytes += jsonSize(path) + jsonSize(value);
    return this.#inner.patchMany(patches);
  }
}

function sqlite(file) {
  try {
    const { DatabaseSync } = require('node:sqlite');
    return new DatabaseSync(file);
  } catch {
    const Database = require('better-sqlite3');
    return new Database(file);
  }
}

const places = {
  MemoryStore: () => {
    const local = new CountedParts(new MemoryStore());
    return { local, bytes: () => local.bytes };
  },
  'SQLite file': (folder) => {
    const local = new CountedParts(new SqlitePersistence(sqlite(join(folder, 'app.db'))));
    return { local, bytes: () => local.bytes };
  },
  FileBucket: (folder) => {
    const bucket = new FileBucket(join(folder, 'data'));
    const local = new CountedBucket(bucket);
    local.exclusive = (work) => bucket.exclusive(work);
    let bytes = 0;
    return { local, during: async (work) => void (bytes += (await local.during(work)).sent), bytes: () => bytes };
  },
};

async function filled(open, records) {
  const folder = mkdtempSync(join(tmpdir(), 'tiersync-bench-'));
  const { local, bytes, during = (work) => work() } = open(folder);
  const data = await DataOrchestrator.create({
    prefix: 'app',
    local,
    environment: { setTimer: () => null, clearTimer: () => {} },
    logger: silentLogger,
  });
  const items = data.repo('Item');
  const ids = items.saveMany(Array.from({ length: records }, (_, i) => itemAt(i, 1)));
  await data.flush();
  const found = { ms: [], bytes: [] };
  const edit = async (i) => {
    await items.update(ids[(i * 7919 + 13) % records], { score: -i });
    const before = bytes();
    const start = performance.now();
    await during(() => data.flush());
    found.ms.push(performance.now() - start);
    found.bytes.push(bytes() - before);
  };
  const close = async () => {
    await data.unload();
    rmSync(folder, { recursive: true });
  };
  return { edit, close, result: () => ({ ms: median(found.ms), bytes: median(found.bytes) }) };
}

/** By turns, so that what else the machine does hits all sizes alike. */
async function measure(open) {
  const devices = [];
  for (const size of sizes) devices.push(await filled(open, size));
  for (let i = 0; i < edits; i++) for (const device of devices) await device.edit(i);
  for (const device of devices) await device.close();
  return devices.map((device) => device.result());
}

const format = (ms) => (ms >= 1 ? `${ms.toFixed(2)} ms` : `${(ms * 1000).toFixed(0)} µs`);
console.log(`One edit of one record, flushed; all records in one key; median of ${edits}\n`);
console.log(
  `| local tier | ${sizes.map((size) => `${size.toLocaleString('en')} records`).join(' | ')} | times as long | as many bytes |`,
);
console.log(`| --- |${' --: |'.repeat(sizes.length + 2)}`);
for (const [name, open] of Object.entries(places)) {
  try {
    const found = await measure(open);
    const [first, last] = [found[0], found.at(-1)];
    const cells = found.map(({ ms, bytes }) => `${format(ms)}, ${bytes.toLocaleString('en')} B`);
    const ratio = (a, b) => (b / a).toFixed(1);
    console.log(`| ${name} | ${cells.join(' | ')} | ${ratio(first.ms, last.ms)} | ${ratio(first.bytes, last.bytes)} |`);
  } catch (error) {
    console.log(`| ${name} | not on this machine: ${error.message.split('\n')[0]} |`);
  }
}
