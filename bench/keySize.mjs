// One edit in a key of a hundred records, and in one of a hundred thousand: time and bytes, by where the local tier stands.

import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { DataOrchestrator, MemoryStore, silentLogger } from 'tiersync';
import { FileBucket } from 'tiersync/adapters/file';
import { SqlitePersistence } from 'tiersync/adapters/sqlite';
import { BenchPage } from './browser/BenchPage.mjs';
import { CountedBucket } from './CountedBucket.mjs';
import { itemAt, median } from './devices.mjs';
import { measuring } from './machine.mjs';
import { keep } from './results.mjs';

const { values } = parseArgs({
  options: {
    sizes: { type: 'string', default: '100,1000,10000,100000' },
    edits: { type: 'string', default: '60' },
    keep: { type: 'boolean', default: false },
  },
});
const sizes = values.sizes.split(',').map(Number);
const edits = Number(values.edits);
const measured = measuring();
const require = createRequire(new URL('peers/', import.meta.url));
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

/** IndexedDB, in a page of Chromium. */
async function measureInPage() {
  const page = await BenchPage.open('keySizePage.mjs');
  const found = sizes.map(() => ({ ms: [], bytes: [] }));
  try {
    for (const size of sizes) await page.run('fill', size);
    for (let i = 0; i < edits; i++) {
      for (const [at, size] of sizes.entries()) {
        const { ms, bytes } = await page.run('edit', size, i);
        found[at].ms.push(ms);
        found[at].bytes.push(bytes);
      }
    }
  } finally {
    await page.close();
  }
  return found.map(({ ms, bytes }) => ({ ms: median(ms), bytes: median(bytes) }));
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
const columns = sizes.map((size) => `${size.toLocaleString('en')} records`);
const rows = [];
const rowOf = (what, unit, numbers) => ({
  what,
  unit,
  values: Object.fromEntries(columns.map((column, i) => [column, numbers[i]])),
});
const measures = Object.entries(places).map(([name, open]) => [name, () => measure(open)]);
for (const [name, work] of [...measures, ['IndexedDB, Chromium', measureInPage]]) {
  try {
    const found = await work();
    const [first, last] = [found[0], found.at(-1)];
    const cells = found.map(({ ms, bytes }) => `${format(ms)}, ${bytes.toLocaleString('en')} B`);
    const ratio = (a, b) => (b / a).toFixed(1);
    rows.push(
      rowOf(
        `${name}, time`,
        'ms',
        found.map(({ ms }) => ms),
      ),
      rowOf(
        `${name}, written`,
        'bytes',
        found.map(({ bytes }) => bytes),
      ),
    );
    console.log(`| ${name} | ${cells.join(' | ')} | ${ratio(first.ms, last.ms)} | ${ratio(first.bytes, last.bytes)} |`);
  } catch (error) {
    console.log(`| ${name} | not on this machine: ${error.message.split('\n')[0]} |`);
  }
}
if (values.keep) {
  keep('keySize', {
    title: 'One edit in a key of so many records',
    about: `One edit of one record, flushed; all records in one key; median of ${edits}. Bytes are those of the JSON that is written.`,
    measured: measured(),
    columns,
    rows,
  });
}
