// What a key of a thousand records and one of a hundred thousand cost in a shared bucket: one edit with the checkpoint that folds
// it, a device that was away meanwhile, a full tail of edits, and a new device. Without pages beside it.

import { parseArgs } from 'node:util';
import { MemoryBucket } from 'tiersync';
import { CountedBucket } from './CountedBucket.mjs';
import { edit, itemAt, median, openDevice } from './devices.mjs';

const { values } = parseArgs({
  options: { sizes: { type: 'string', default: '1000,100000' }, edits: { type: 'string', default: '7' } },
});
const sizes = values.sizes.split(',').map(Number);
const edits = Number(values.edits);
const tailEdits = 139;
const wholly = { pageRecords: 1e9 };

/** Edits of one device are folded at once, or stay in the tail. */
async function openCounted(cloud, bucket) {
  const counted = new CountedBucket(cloud);
  const device = await openDevice(counted, undefined, { bucket });
  await device.data.sync.ready();
  await device.data.sync.pull();
  return { ...device, counted };
}

async function timed({ counted }, work) {
  const start = performance.now();
  const counts = await counted.during(work);
  return { ...counts, ms: performance.now() - start };
}

const middle = (list) =>
  Object.fromEntries(['total', 'sent', 'received', 'ms'].map((name) => [name, median(list.map((one) => one[name]))]));

async function measure(records, settings) {
  const cloud = new MemoryBucket();
  const fill = await openCounted(cloud, settings);
  const ids = fill.items.saveMany(Array.from({ length: records }, (_, i) => itemAt(i, 1)));
  await fill.data.flush('cloud');
  const writer = await openCounted(cloud, { ...settings, tailCommits: 1 });
  const reader = await openCounted(cloud, settings);
  const [sent, received] = [[], []];
  for (let i = 0; i < edits; i++) {
    await edit(writer, ids, i, 1);
    sent.push(await timed(writer, () => writer.data.flush('cloud')));
    received.push(await timed(reader, () => reader.data.sync.pull()));
  }
  const busy = await openCounted(cloud, { ...settings, tailCommits: 10_000, tailBytes: 1e9 });
  await edit(busy, ids, edits, tailEdits);
  await busy.data.flush('cloud');
  await writer.data.sync.pull();
  await edit(writer, ids, edits + tailEdits, 1);
  const full = await timed(writer, () => writer.data.flush('cloud'));
  const fresh = new CountedBucket(cloud);
  const all = await timed({ counted: fresh }, async () => (await openDevice(fresh)).data.sync.ready());
  for (const { data } of [fill, writer, reader, busy]) await data.unload();
  return { sent: middle(sent), received: middle(received), full, all };
}

const cell = ({ total, sent, received, ms }) =>
  `${total} requests, ${(sent + received).toLocaleString('en')} B, ${ms.toFixed(1)} ms`;
const ratio = (a, b) => (b / a).toFixed(1);
const bytes = ({ sent, received }) => sent + received;

const [few, many] = [sizes[0], sizes.at(-1)];
const found = await measure(few, {});
const paged = await measure(many, {});
const whole = await measure(many, wholly);
const rows = {
  'one edit, with its checkpoint': 'sent',
  'a device that was away for it': 'received',
  [`${tailEdits + 1} edits all over the key, with their checkpoint`]: 'full',
  'a new device, everything': 'all',
};
const name = (records) => `${records.toLocaleString('en')} records`;
console.log(`\nOne key in a shared bucket in memory; bytes of both ways; median of ${edits}\n`);
console.log(`|  | ${name(few)} | ${name(many)} | times the bytes | as long | ${name(many)} in one object |`);
console.log('| --- | --: | --: | --: | --: | --: |');
for (const [what, row] of Object.entries(rows)) {
  const [a, b] = [found[row], paged[row]];
  const cells = [cell(a), cell(b), ratio(bytes(a), bytes(b)), ratio(a.ms, b.ms), cell(whole[row])];
  console.log(`| ${what} | ${cells.join(' | ')} |`);
}
