import { entities, idOf } from '../data.mjs';
import { collectGarbage, settled } from '../measure.mjs';

const used = () => {
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
};

/** Bytes an entity, in the heap and beside it. */
export async function bytesPerEntity({ subject, count }) {
  const small = await settled(subject.open(false));
  await settled(small.insertMany(entities(0, 1000)));
  await settled(small.close());
  const db = await settled(subject.open(false));
  await collectGarbage();
  const before = used();
  for (let i = 0; i < count; i += 5000) await settled(db.insertMany(entities(i, Math.min(count, i + 5000))));
  // What some do behind the scenes after an insert is over by then.
  await new Promise((done) => setTimeout(done, 300));
  await collectGarbage();
  const bytes = (used() - before) / count;
  if ((await settled(db.get(idOf(5))))?.id !== idOf(5)) throw new Error('wrong answer: it is lost');
  return bytes;
}
