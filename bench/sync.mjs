// Two devices in one process with the same entities, some changed on one of them: time and bytes until both are equal.
import { parseArgs } from 'node:util';
import { MemoryBucket } from 'tiersync';
import { CountedBucket } from './CountedBucket.mjs';
import { edit, itemAt, median, openDevice } from './devices.mjs';
import { SharedMemory } from './SharedMemory.mjs';
import { TimedPersistence } from './TimedPersistence.mjs';

const { values } = parseArgs({
  options: { count: { type: 'string', default: '100000' }, keys: { type: 'string', default: '100' } },
});
const count = Number(values.count);
const keys = Number(values.keys);

const throughBucket = () => {
  const cloud = new MemoryBucket();
  const buckets = [new CountedBucket(cloud), new CountedBucket(cloud)];
  const during = (work) => buckets.reduce((inner, bucket) => () => bucket.during(inner).then(add), work)();
  let bytes = 0;
  const add = ({ sent, received }) => {
    bytes += sent + received;
  };
  const bytesOf = async (work) => {
    bytes = 0;
    await during(work);
    return bytes;
  };
  return { label: 'MemoryBucket', clouds: buckets, bytesOf };
};

const throughMemory = () => {
  const cloud = new SharedMemory();
  const bytesOf = async (work) => {
    const before = cloud.bytes;
    await work();
    return cloud.bytes - before;
  };
  return { label: 'a list in memory, each device with a local tier', clouds: [cloud, cloud], bytesOf };
};

const timed = async (work) => {
  const start = performance.now();
  await work();
  return performance.now() - start;
};

const format = (ms) =>
  ms >= 10 ? `${ms.toFixed(0)} ms` : ms >= 1 ? `${ms.toFixed(2)} ms` : `${(ms * 1000).toFixed(0)} µs`;

async function measure({ label, clouds, bytesOf }, locals = [new TimedPersistence(), new TimedPersistence()]) {
  const a = await openDevice(clouds[0], locals[0] ?? null);
  const b = await openDevice(clouds[1], locals[1] ?? null);
  await a.data.sync.ready();
  await b.data.sync.ready();
  const ids = a.items.saveMany(Array.from({ length: count }, (_, i) => itemAt(i, keys)));

  /** The parts of one sync: to A's local tier, from there to the cloud, and to B. */
  const sync = async () => {
    const flush = await timed(() => a.data.flush());
    const push = await timed(() => a.data.sync.push());
    const pull = await timed(() => b.data.sync.pull());
    return { flush, push, pull };
  };
  const row = (what, runs, bytes) => {
    const part = (name) => format(median(runs.map((run) => run[name])));
    const total = format(median(runs.map(({ flush, push, pull }) => flush + push + pull)));
    const json = format(median(runs.map((run) => run.json)));
    const cells = [
      what,
      total,
      part('flush'),
      part('push'),
      part('pull'),
      json,
      Math.round(median(bytes)).toLocaleString('en'),
    ];
    console.log(`| ${cells.join(' | ')} |`);
  };
  const measured = async (what, rounds, change) => {
    const runs = [];
    const bytes = [];
    for (let i = 0; i < rounds; i++) {
      await change(i);
      for (const local of locals) local.reset();
      bytes.push(await bytesOf(async () => runs.push(await sync())));
      runs.at(-1).json = locals.reduce((sum, { spent }) => sum + spent.readMs + spent.writeMs, 0);
    }
    row(what, runs, bytes);
    return locals.map(({ spent }) => `${spent.reads} reads and ${spent.writes} writes`);
  };

  console.log(`\nThrough ${label}:\n`);
  console.log('| changed | until equal | A: flush | A: push | B: pull | of which local JSON | bytes |');
  console.log('| --- | --: | --: | --: | --: | --: | --: |');
  await measured('all, the first sync', 1, async () => {});
  if ((await b.items.count()) !== count) throw new Error('not synced');
  await measured('nothing', 2_000, async () => {});
  let edits = 0;
  const change = (many) => async () => {
    await edit(a, ids, edits, many);
    edits += many;
  };
  const [ofA, ofB] = await measured('1', 2_000, change(1));
  await measured('100, spread over all keys', 50, change(100));
  const last = ids[((edits - 1) * 7919 + 13) % ids.length];
  if ((await b.items.get(last)).score !== 1 - edits) throw new Error('replicas differ');
  if (locals.length > 0) console.log(`\nFor 1 changed, the local tier of A did ${ofA}, that of B ${ofB}.`);
  for (const { data } of [a, b]) await data.unload();
}

console.log(`${count.toLocaleString('en')} entities in ${keys} keys on two devices`);
await measure({ ...throughMemory(), label: 'a list in memory, both devices in memory only' }, []);
await measure(throughMemory());
await measure(throughBucket());
