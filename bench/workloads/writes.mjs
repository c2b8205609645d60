import { entities, idOf } from '../data.mjs';
import { perOperation, settled } from '../measure.mjs';
import { sameRow } from './answers.mjs';

export const bulkInsert = (ground) => ground.fill({ least: 4, most: 100 });

/** How many are added; few beside those that are there. */
const extrasOf = (count) => Math.min(15_000, Math.ceil(count / 4));

export async function singleInsert(ground) {
  const { count, budgetMs } = ground;
  const db = await ground.db();
  const calls = extrasOf(count);
  const list = entities(count, count + calls);
  let last = 0;
  const us = await perOperation(
    (i) => {
      last = i;
      return db.insertOne(list[i]);
    },
    { budgetMs, calls },
  );
  sameRow(await settled(db.get(list[last].id)), list[last]);
  return us;
}

export async function singleDelete(ground) {
  const { count, budgetMs } = ground;
  const db = await ground.db();
  const calls = extrasOf(count);
  const list = entities(count + calls, count + 2 * calls);
  await settled(db.insertMany(list));
  let last = 0;
  const us = await perOperation(
    (i) => {
      last = i;
      return db.deleteOne(list[i].id);
    },
    { budgetMs, calls },
  );
  if ((await settled(db.get(list[last].id)))?.id !== undefined) throw new Error('wrong answer: it is still there');
  sameRow(await settled(db.get(idOf(3))), entities(3, 4)[0]);
  return us;
}

/** What the next cheaper thing costs: a new id in a map of so many, written by hand. */
export async function bareMapSet({ count, budgetMs }) {
  const map = new Map(entities(0, count).map((row) => [row.id, row]));
  const calls = extrasOf(count);
  const list = entities(count, count + calls);
  const us = await perOperation((i) => void map.set(list[i].id, list[i]), { budgetMs, calls });
  if (map.size <= count) throw new Error('wrong answer: nothing was set');
  return us;
}
