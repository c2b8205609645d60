// npm run bench:page: tiersync beside what else keeps data in a browser, in one page of Chromium, on the same work.
import { parseArgs } from 'node:util';
import { measuring } from '../machine.mjs';
import { elsewhereTable } from '../report/tables.mjs';
import { keep } from '../results.mjs';
import { BenchPage } from './BenchPage.mjs';

const { values } = parseArgs({
  options: {
    count: { type: 'string', default: '10000' },
    rounds: { type: 'string', default: '7' },
    durability: { type: 'string', default: 'strict' },
    only: { type: 'string' },
    rows: { type: 'string', default: '' },
    keep: { type: 'boolean', default: false },
  },
});
const count = Number(values.count);
const rounds = Number(values.rounds);
const measured = measuring();
const bench = await BenchPage.open('page.mjs');

const rows = [
  { what: '500 inserts made durable', call: ['insertMany', 500] },
  { what: '50 inserts one by one, durable in the end', call: ['insertOneByOne', 50, false] },
  { what: '50 inserts one by one, each durable before the next', call: ['insertOneByOne', 50, true] },
  { what: '3,000 by id', call: ['byIds', count, 3000] },
  { what: 'a new page: open, and all', call: ['coldStart', count, true], isNewPage: true },
  { what: 'a new page: open, and the first 50 of a query', call: ['coldStart', count, false], isNewPage: true },
  { what: 'an update of one row until it is on the screen', call: ['updateToScreen', count, 30] },
];

const median = (list) => [...list].sort((a, b) => a - b)[list.length >> 1];

async function newPage() {
  await bench.reload();
  await bench.run('writesAre', values.durability);
}

/** By turns, so that what else the machine does hits all alike. The first round warms up. */
async function measure({ call: [workload, ...args], isNewPage = false }, names) {
  const times = new Map(names.map((name) => [name, []]));
  for (let round = 0; round <= rounds; round++) {
    for (const name of names) {
      if (isNewPage) await newPage();
      const ms = await bench.run(workload, name, ...args);
      if (round > 0) times.get(name).push(ms);
    }
  }
  return Object.fromEntries([...times].map(([name, list]) => [labels.get(name), median(list)]));
}

await newPage();
const labels = new Map(await bench.run('labels'));
const names = values.only?.split(',') ?? [...labels.keys()];
for (const name of names) await bench.run('fill', name, count);
const found = [];
for (const row of rows.filter(({ what }) => what.includes(values.rows))) {
  found.push({ what: row.what, unit: 'ms', values: await measure(row, names) });
}
const { version } = bench;
await bench.close();

const part = {
  title: 'In one page of Chromium',
  about:
    `${count.toLocaleString('en')} entities over IndexedDB, in ${version}. Everything that is written is written with
\`durability: '${values.durability}'\`, whatever a library asks for. "By hand" is IndexedDB with a row an entity and nothing around
it: no check, no index, no other tab. A new page has all code loaded when the clock starts. The query is \`status = x\`, highest score
first; those that have indexes have one for it, and tiersync has none. An update ends when the row is laid out in a list that
watches all; localforage tells of nothing, so that its list is read again.`.replaceAll('\n', ' '),
  measured: measured(),
  ours: 'tiersync',
  floor: 'by hand',
  columns: names.map((name) => labels.get(name)),
  rows: found,
};
console.log(`${part.about}\n\n${elsewhereTable(part)}`);
if (values.keep) keep('browser', part);
