import { entities } from '../data.mjs';
import { settled } from '../measure.mjs';
import { sameTop } from './answers.mjs';
import { limit } from './reads.mjs';

/** In a process of its own, before the one that is timed. */
export async function writeFolder({ subject, count, folder }) {
  const db = await settled(subject.open(false));
  await settled(db.insertMany(entities(0, count)));
  await subject.write(db, folder);
}

/** Microseconds from an open process to the first answer, out of the files that another one has written. */
export async function coldStart({ subject, count, folder }) {
  const start = performance.now();
  const db = await subject.read(folder);
  const rows = await settled(db.top('open', limit));
  const us = (performance.now() - start) * 1000;
  sameTop(rows, count, limit);
  return us;
}
