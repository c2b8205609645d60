// One subject, one phase, in a process of its own. Prints one line of JSON; `run.mjs` starts it.
import { entities, expectedTop, generator, idOf, statusOf } from './data.mjs';

const [subjectName, phase, countText, folder] = process.argv.slice(2);
const count = Number(countText);
const { default: subject } = await import(`./${subjectName}.mjs`);
const results = {};
const top = 50;

const median = (list) => [...list].sort((a, b) => a - b)[list.length >> 1];
const collect = async () => {
  for (let i = 0; i < 3; i++) {
    globalThis.gc?.();
    await new Promise((done) => setImmediate(done));
  }
};
const isPromise = (value) => typeof value?.then === 'function';

/** Median microseconds of one operation; calls are timed in groups, so that reading the clock does not show. */
async function perOperation(operation, { group = 200, groups = 60 } = {}) {
  const times = [];
  let i = 0;
  for (let g = 0; g < groups + 5; g++) {
    const start = performance.now();
    for (let k = 0; k < group; k++) {
      const result = operation(i++);
      if (isPromise(result)) await result;
    }
    if (g >= 5) times.push((performance.now() - start) / group);
  }
  return median(times) * 1000;
}

/** Median microseconds from a write until the callback saw it. */
async function untilSeen(write, subscribe, saw, rounds = 60) {
  let resolve = null;
  let wanted = 0;
  let seenAt = 0;
  const stop = subscribe((value) => {
    if (resolve === null || !saw(value, wanted)) return;
    seenAt = performance.now();
    resolve();
    resolve = null;
  });
  const times = [];
  for (let i = 0; i < rounds; i++) {
    wanted = ++highest;
    const seen = new Promise((done) => {
      resolve = done;
    });
    const start = performance.now();
    const written = write(wanted, i);
    await Promise.all([seen, written]);
    if (i > 5) times.push(seenAt - start);
    await new Promise((done) => setImmediate(done));
  }
  stop();
  return median(times) * 1000;
}

/** Every update of a live query makes a new highest score, so that the result must change. */
let highest = 2 ** 30;

const openIds = [];
for (let i = 0; openIds.length < 300; i++) if (statusOf(i) === 'open') openIds.push(idOf(i));

async function bulk(indexed) {
  const times = [];
  let db;
  for (let round = 0; round < 4; round++) {
    db = await subject.open(indexed);
    const list = entities(0, count);
    await collect();
    const start = performance.now();
    db.insertMany(list);
    times.push((performance.now() - start) / count);
  }
  return { db, us: median(times) * 1000 };
}

async function core() {
  const small = await subject.open(true);
  small.insertMany(entities(0, 2000));
  for (let i = 0; i < 300; i++) await small.top('open', top);
  const plain = await bulk(false);
  const db = plain.db;
  results['W1 bulk insert'] = plain.us;
  const extra = entities(count, count + 15000);
  results['W2 single insert'] = await perOperation((i) => db.insertOne(extra[i]));
  results['W2d single delete'] = await perOperation((i) => db.deleteOne(extra[i].id));
  const random = generator(5);
  const ids = JSON.parse(JSON.stringify(Array.from({ length: 65000 }, () => idOf(Math.floor(random() * count)))));
  results['W3 get by id'] = await perOperation(
    (i) => {
      if (db.get(ids[i]) === undefined) throw new Error('missing');
    },
    { group: 1000 },
  );
  const expected = expectedTop(count, top).join();
  if ((await db.top('open', top)).map((row) => row.id).join() !== expected) throw new Error('wrong answer');
  results['W4 query by scan'] = await perOperation(() => db.top('open', top), { group: 3, groups: 30 });
  const stops = Array.from({ length: 1000 }, (_, i) => db.watch(idOf(i + 1), () => {}));
  const target = idOf(0);
  results['W5 one of 1,001 observed'] = await untilSeen(
    (score) => db.updateOne(target, { score }),
    (see) => db.watch(target, see),
    (row, score) => row?.score === score,
  );
  for (const stop of stops) stop();
  const at = 200;
  const everyone = await (async () => {
    let order = [];
    db.watchAll((rows) => (order = rows))();
    return order.findIndex((row) => row.id === openIds[at]);
  })();
  results['W6a whole collection, live'] = await untilSeen(
    (score) => db.updateOne(openIds[at], { score }),
    (see) => db.watchAll(see),
    (rows, score) => rows[everyone]?.score === score,
    40,
  );
  const live = (limit, copies) =>
    untilSeen(
      (score, i) => db.updateOne(openIds[i], { score }),
      (see) => {
        const others = Array.from({ length: copies - 1 }, () => db.watchTop('open', limit, () => {}));
        const stop = db.watchTop('open', limit, see);
        return () => {
          for (const end of [stop, ...others]) end();
        };
      },
      (rows, score) => rows[0]?.score === score,
      80,
    );
  results['W6b filter and sort, live'] = await live(Number.POSITIVE_INFINITY, 1);
  results['W6c top 50, live'] = await live(top, 1);
  results['W6d top 50, 100 subscribers'] = await live(top, 100);
  const indexed = await bulk(true);
  if ((await indexed.db.top('open', top)).map((row) => row.id).join() !== expected) throw new Error('wrong answer');
  results['W4i query by index'] = await perOperation(() => indexed.db.top('open', top));
}

async function cold() {
  if (process.argv.includes('--write')) {
    const db = await subject.open(false);
    db.insertMany(entities(0, count));
    await subject.write(db, folder);
    return;
  }
  const expected = expectedTop(count, top).join();
  const start = performance.now();
  const db = await subject.read(folder);
  const found = await db.top('open', top);
  results['W7 cold start to first query'] = (performance.now() - start) * 1000;
  if (found.map((row) => row.id).join() !== expected) throw new Error('wrong answer');
}

async function memory() {
  (await subject.open(false)).insertMany(entities(0, 1000));
  const used = () => {
    const { heapUsed, external } = process.memoryUsage();
    return heapUsed + external;
  };
  const db = await subject.open(false);
  await collect();
  const before = used();
  for (let i = 0; i < count; i += 5000) db.insertMany(entities(i, Math.min(count, i + 5000)));
  await collect();
  results['W9 bytes per entity'] = (used() - before) / count;
  if (db.get(idOf(5)) === undefined) throw new Error('lost');
}

await { core, cold, memory }[phase]();
process.stdout.write(`\n@${JSON.stringify(results)}\n`, () => process.exit(0));
