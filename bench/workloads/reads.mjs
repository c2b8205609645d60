import { randomIds } from '../data.mjs';
import { perOperation, settled } from '../measure.mjs';
import { sameTop } from './answers.mjs';

export const limit = 50;

export async function getById(ground) {
  const { count, budgetMs } = ground;
  const db = await ground.db();
  const ids = randomIds(count, 1 << 16);
  const check = (row, id) => {
    if (row?.id !== id) throw new Error(`wrong answer: ${row?.id} for ${id}`);
  };
  const read = (i) => {
    const id = ids[i & 0xffff];
    const row = db.get(id);
    if (typeof row?.then === 'function') return row.then((found) => check(found, id));
    check(row, id);
  };
  return perOperation(read, { budgetMs });
}

export async function query(ground) {
  const { count, budgetMs } = ground;
  const db = await ground.db();
  sameTop(await settled(db.top('open', limit)), count, limit);
  const us = await perOperation(() => db.top('open', limit), { budgetMs });
  sameTop(await settled(db.top('open', limit)), count, limit);
  return us;
}
