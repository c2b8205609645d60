// A fast wrong answer is an error, and no time.
import { expectedTop } from '../data.mjs';

/** All fields of it; a subject may have more of its own. */
export function sameRow(row, expected) {
  for (const [field, value] of Object.entries(expected))
    if (row?.[field] !== value) throw new Error(`wrong answer: ${field} of ${expected.id} is ${row?.[field]}`);
}

export function sameTop(rows, count, limit) {
  const expected = expectedTop(count, limit);
  if (rows.length !== expected.length) throw new Error(`wrong answer: ${rows.length} rows, not ${expected.length}`);
  const at = rows.findIndex(({ id }, i) => id !== expected[i]);
  if (at >= 0) throw new Error(`wrong answer: row ${at} is ${rows[at].id}`);
}

/** What a live query shows at first. Others have raised scores before, so that only its order can be known. */
export function sortedOpen(rows, count, limit) {
  const { length } = expectedTop(count, limit);
  // Entities that were inserted since may be among them.
  if (rows.length < length || rows.length > limit) throw new Error(`wrong answer: ${rows.length} rows, not ${length}`);
  const isWrong = ({ status, score }, i) => status !== 'open' || (i > 0 && score > rows[i - 1].score);
  const at = rows.findIndex(isWrong);
  if (at >= 0) throw new Error(`wrong answer: row ${at} is out of order`);
  return rows;
}
