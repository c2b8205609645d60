// npm run bench:bucket [-- --count 100000 --keys 100]: what syncing through a bucket costs in requests, bytes and money.
import { parseArgs } from 'node:util';
import { MemoryBucket } from 'tiersync';
import { CountedBucket } from './CountedBucket.mjs';
import { edit, itemAt, openDevice } from './devices.mjs';
import { deviceMonth, prices, use } from './prices.mjs';

const { values } = parseArgs({
  options: { count: { type: 'string', default: '100000' }, keys: { type: 'string', default: '100' } },
});
const count = Number(values.count);
const keys = Number(values.keys);
const kilobyte = 1024;
const cloud = new MemoryBucket();
const rows = [];

/** Counted from before it is opened. */
async function counted(options) {
  const bucket = new CountedBucket(cloud, options);
  return { bucket, open: async () => openDevice(bucket) };
}

async function inStep() {
  const { bucket, open } = await counted();
  const device = await open();
  await device.data.sync.ready();
  await device.data.sync.pull();
  const push = () => bucket.during(() => device.data.flush('cloud'));
  const pull = () => bucket.during(() => device.data.sync.pull());
  return { ...device, bucket, push, pull };
}

function note(what, counts, most = {}) {
  rows.push({ what, counts, most });
  return counts;
}

const sumOf = (list) => (name) => list.reduce((sum, counts) => sum + counts[name], 0);
const averageOf = (list) => {
  const sum = sumOf(list);
  return Object.fromEntries(Object.keys(list[0]).map((name) => [name, sum(name) / list.length]));
};

async function storedBytes() {
  let bytes = 0;
  for await (const { size } of cloud.list('')) bytes += size;
  return bytes;
}

const writer = await inStep();
const ids = writer.items.saveMany(Array.from({ length: count }, (_, i) => itemAt(i, keys)));
note('first upload, with its checkpoint', await writer.push());
const stored = await storedBytes();

for (const [what, read] of [
  ['one by id', ({ items }) => items.get(ids[7])],
  ['all of one key', ({ items }) => items.getAll({ project: 7 })],
]) {
  const fresh = await counted({ isDistant: true });
  const counts = await fresh.bucket.during(async () => read(await fresh.open()));
  note(`fresh device, until it has ${what}`, { ...counts, total: counts.answered }, { total: 3 });
}
const fresh = await counted();
const everything = async () => (await fresh.open()).data.sync.ready();
const whole = note('fresh device, everything', await fresh.bucket.during(everything), { total: keys + 3 });

const reader = await inStep();
note('idle look', await reader.pull(), { total: 1, bytes: 0 });
const small = { total: 2, bytes: 8 * kilobyte };
await edit(writer, ids, 0, 1);
note('1 changed, sent, just after a checkpoint', await writer.push(), small);
note('1 changed, received', await reader.pull(), small);

// To the next checkpoint, and from there to the one after that.
let edits = 1;
let checkpoint = null;
for (const isCounted of [false, true]) {
  const sent = [];
  const received = [];
  for (checkpoint = null; checkpoint === null; ) {
    await edit(writer, ids, edits++, 1);
    const counts = await writer.push();
    if (counts.put > 1) checkpoint = counts;
    else sent.push(counts);
    received.push(await reader.pull());
  }
  if (!isCounted) continue;
  note(`1 changed, sent, average of the ${sent.length} between two checkpoints`, averageOf(sent));
  note('1 changed, received, average of the same and the one of the checkpoint', averageOf(received));
  note('1 changed, sent, and a checkpoint made', checkpoint);
  const sum = sumOf([...sent, checkpoint]);
  const of = (total) => total / received.length;
  const writes = of(sum('put') + sum('list'));
  checkpoint = { reads: of(sum('get')), writes, received: averageOf(received).received + of(sum('received')) };
}

const many = { sent: [], received: [], checkpoints: [] };
for (let i = 0; i < 12; i++) {
  await edit(writer, ids, edits, 100);
  edits += 100;
  const counts = await writer.push();
  (counts.put > 2 ? many.checkpoints : many.sent).push(counts);
  many.received.push(await reader.pull());
}
const hundred = { total: 3, bytes: 100 * kilobyte };
const largest = (list) => list.reduce((a, b) => (b.sent + b.received > a.sent + a.received ? b : a));
note(`100 changed, sent, largest of ${many.sent.length}`, largest(many.sent), hundred);
note('100 changed, received, largest of 12', largest(many.received), hundred);
note(`100 changed in ${Math.min(keys, 100)} keys, sent, and a checkpoint made`, largest(many.checkpoints));

const missed = rows.filter(
  ({ counts, most }) =>
    counts.total > (most.total ?? Infinity) || counts.sent + counts.received > (most.bytes ?? Infinity),
);
const number = (value) => (Number.isInteger(value) ? value.toLocaleString('en') : value.toFixed(1));
const cell = (value) => (value === undefined ? '' : number(value));
const bytes = (value) => number(Math.round(value));
console.log(`${number(count)} entities of about ${Math.round(whole.received / count)} bytes in ${keys} keys\n`);
console.log('| what | requests | at most | bytes sent | bytes received | at most |');
console.log('| --- | --: | --: | --: | --: | --: |');
for (const { what, counts, most } of rows) {
  const cells = [number(counts.total), cell(most.total), bytes(counts.sent), bytes(counts.received), cell(most.bytes)];
  console.log(`| ${what} | ${cells.join(' | ')} |`);
}
console.log(`\n${missed.length === 0 ? 'All within their budgets.' : `${missed.length} over their budget!`}\n`);
console.log(
  `A device-month: ${use.hours} h a day, a look every ${use.pollSeconds} s, ${use.editsADay} edits a day sent one by one,\n` +
    'their share of the checkpoints included, and as many received. US dollars, by list prices as known\n' +
    'when bench/prices.mjs was written, without free tiers; storage is that of the whole bucket after the first upload.\n',
);
console.log('| store | looks | the same by listing | edits | egress | storage |');
console.log('| --- | --: | --: | --: | --: | --: |');
const dollars = (value) => value.toFixed(4);
for (const price of prices) {
  const month = deviceMonth(price, { edit: checkpoint, stored });
  const cells = [month.polling, month.pollingByList, month.editing, month.egress, month.storage];
  console.log(`| ${price.store} | ${cells.map(dollars).join(' | ')} |`);
}
process.exitCode = missed.length === 0 ? 0 : 1;
