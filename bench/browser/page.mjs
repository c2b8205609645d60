// What runs in the page: one workload on one library, timed. `run.mjs` calls it.
import { entity, expectedTop, idOf, scoreOf } from '../data.mjs';
import * as dexie from '../peers/browser/dexie.mjs';
import * as localforage from '../peers/browser/localforage.mjs';
import * as pouchdb from '../peers/browser/pouchdb.mjs';
import * as rxdb from '../peers/browser/rxdb.mjs';
import * as byHand from './byHand.mjs';
import { Screen } from './Screen.mjs';
import * as tiersync from './tiersync.mjs';

const libraries = { byHand, tiersync, dexie, rxdb, localforage, pouchdb };
const top = 50;

/** Without a key strategy: what an app has that names nothing but its entities. */
const rowId = (i) => idOf(i).slice(9);
const row = (i) => ({ ...entity(i), id: rowId(i) });
const rows = (from, to) => JSON.parse(JSON.stringify(Array.from({ length: to - from }, (_, k) => row(from + k))));

const median = (list) => [...list].sort((a, b) => a - b)[list.length >> 1];

async function timed(work) {
  const start = performance.now();
  const result = await work();
  return { ms: performance.now() - start, result };
}

function check(isRight, what) {
  if (!isRight) throw new Error(`wrong answer: ${what}`);
}

let opened = 0;
async function onFresh(library, work) {
  const db = await libraries[library].open(`${library}-${Date.now()}-${++opened}`);
  try {
    return await work(db);
  } finally {
    await db.close();
  }
}

const filled = (library) => `${library}-filled`;

async function onFilled(library, work) {
  const db = await libraries[library].open(filled(library));
  try {
    return await work(db);
  } finally {
    await db.close();
  }
}

/** Whatever a library asks for: what one calls written is as durable as what another does. */
function writesAre(durability) {
  const { transaction } = IDBDatabase.prototype;
  IDBDatabase.prototype.transaction = function (stores, mode, options) {
    return transaction.call(this, stores, mode, mode === 'readwrite' ? { ...options, durability } : options);
  };
}

const workloads = {
  writesAre,
  labels: () => Object.entries(libraries).map(([name, { label }]) => [name, label]),
  fill: (library, count) => onFilled(library, (db) => db.insertMany(rows(0, count))),

  insertMany: (library, count) =>
    onFresh(library, async (db) => {
      const list = rows(0, count);
      const { ms } = await timed(() => db.insertMany(list));
      check((await db.byIds([rowId(count - 1)]))[0].score === scoreOf(count - 1), 'what was inserted');
      return ms;
    }),

  /** `isAwaited`: each is durable before the next is written; else all are at the end, as where an app just goes on. */
  insertOneByOne: (library, count, isAwaited) =>
    onFresh(library, async (db) => {
      const list = rows(0, count + 5);
      for (const one of list.splice(0, 5)) await db.insertOne(one);
      const { ms } = await timed(async () => {
        const writes = [];
        for (const one of list) {
          const written = db.insertOne(one);
          if (isAwaited) await written;
          else writes.push(written);
        }
        await Promise.all(writes);
      });
      return ms;
    }),

  /** Others each time: who keeps the answers to questions is not to be asked the same again. */
  byIds: (library, count, wanted) =>
    onFilled(library, async (db) => {
      await db.byIds([rowId(0)]);
      const times = [];
      for (let round = 0; round < 5; round++) {
        const ids = Array.from({ length: Math.min(wanted, count) }, (_, i) => rowId((i * 7919 + round * 1009) % count));
        const { ms, result } = await timed(() => db.byIds(ids));
        check(
          ids.every((id, i) => (result[i].id ?? result[i].key) === id),
          'rows by id',
        );
        times.push(ms);
      }
      return median(times);
    }),

  /** In a page that has just been loaded: the first rows of a sorted query, or all there is. */
  async coldStart(library, count, isAll) {
    const expected = expectedTop(count, top).map((id) => id.slice(9));
    const { ms, result } = await timed(async () => {
      const db = await libraries[library].open(filled(library));
      return { db, found: await (isAll ? db.all() : db.top('open', top)) };
    });
    if (isAll) check(result.found.length === count, 'all there is');
    else check(result.found.map(({ id }) => id).join() === expected.join(), 'the first query');
    await result.db.close();
    return ms;
  },

  updateToScreen: (library, count, updates) =>
    onFilled(library, async (db) => {
      const screen = new Screen(document.body);
      const first = new Promise((resolve) => screen.whenShown(resolve));
      const stop = db.watchAll((list) => screen.show(list));
      await first;
      check(screen.length === count, 'how many there are');
      const times = [];
      for (let i = 0; i < updates; i++) {
        const place = i % screen.visible;
        const name = `update ${Date.now()} ${i}`;
        const start = performance.now();
        const seen = new Promise((resolve) => screen.whenShown(resolve, place, name));
        const written = db.update(screen.idAt(place), { name });
        await seen;
        times.push(performance.now() - start);
        await written;
      }
      stop();
      return median(times);
    }),
};

globalThis.bench = workloads;
