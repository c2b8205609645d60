import { idOf, openIds } from '../data.mjs';
import { turn, untilSeen } from '../measure.mjs';
import { sortedOpen } from './answers.mjs';
import { limit } from './reads.mjs';

/** From an update of one entity to its one observer, beside a thousand observers of others. */
export async function oneObserved(ground) {
  const db = await ground.db();
  const others = Math.min(1000, ground.count - 1);
  let heard = 0;
  const stops = Array.from({ length: others }, (_, i) => db.watch(idOf(i + 1), () => heard++));
  // What they show at first comes later with some.
  for (let i = 0; i < 1000 && heard < others; i++) await turn();
  const target = idOf(0);
  const us = await untilSeen({
    subscribe: (see) => db.watch(target, see),
    write: (score) => db.updateOne(target, { score }),
    saw: (row, score) => row?.score === score,
    next: ground.nextScore,
    budgetMs: ground.budgetMs,
    most: 300,
  });
  for (const stop of stops) stop();
  return us;
}

async function firstOf(subscribe) {
  let stop;
  const rows = await new Promise((resolve) => {
    stop = subscribe((found) => {
      // Some say that there is nothing before they have looked.
      if (found?.length > 0) resolve(found);
    });
  });
  stop();
  return rows;
}

/** From an update to a new array of everything. */
export async function wholeCollection(ground) {
  const { count, budgetMs } = ground;
  const db = await ground.db();
  const [target] = openIds(count, 1);
  const order = await firstOf((see) => db.watchAll(see));
  if (order.length < count) throw new Error(`wrong answer: ${order.length} rows`);
  const at = order.findIndex(({ id }) => id === target);
  return untilSeen({
    subscribe: (see) => db.watchAll(see),
    write: (score) => db.updateOne(target, { score }),
    // Where it was; or, with those that give another order each time, anywhere.
    saw: (rows, score) => (rows[at]?.id === target ? rows[at] : rows.find(({ id }) => id === target))?.score === score,
    next: ground.nextScore,
    budgetMs,
  });
}

/** From an update to the new result of a live query, in its order, for so many subscribers. */
const liveQuery = (most, subscribers) => async (ground) => {
  const { count, budgetMs } = ground;
  const db = await ground.db();
  const ids = openIds(count, 300);
  const subscribe = (see) => db.watchTop('open', most, see);
  const { length } = sortedOpen(await firstOf(subscribe), count, most);
  return untilSeen({
    subscribe,
    write: (score, i) => db.updateOne(ids[i % ids.length], { score }),
    saw: (rows, score) => rows[0]?.score === score && rows.length === length,
    next: ground.nextScore,
    subscribers,
    budgetMs,
  });
};

export const filterAndSort = liveQuery(Number.POSITIVE_INFINITY, 1);
export const topFifty = liveQuery(limit, 1);
export const topFiftyForHundred = liveQuery(limit, 100);

/** The same, for those who want to hear only what has changed. */
const changes = (status) => async (ground) => {
  const db = await ground.db();
  const ids = openIds(ground.count, 300);
  return untilSeen({
    subscribe: (see) => db.watchChanges(status, see),
    write: (score, i) => db.updateOne(ids[i % ids.length], { score }),
    saw: (rows, score) => rows.some((row) => row.score === score),
    next: ground.nextScore,
    budgetMs: ground.budgetMs,
  });
};

export const wholeAsChanges = changes(null);
export const filterAsChanges = changes('open');
