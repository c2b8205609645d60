import { entities, idOf } from '../data.mjs';
import { collectGarbage, median, settled, timed, turn } from '../measure.mjs';
import { sameRow } from './answers.mjs';

/** What a workload stands on: one subject with so many entities in it, and how long it may take. */
export class Ground {
  #db = null;
  /** Every update of a live query makes a new highest score, so that its result must change. */
  #highest = 2 ** 30;

  constructor({ subject, count, indexed, budgetMs }) {
    this.subject = subject;
    this.count = count;
    this.indexed = indexed;
    this.budgetMs = budgetMs;
  }

  /** Microseconds an entity, of a bulk insert into an empty store. The last of them stays for what follows. */
  async fill({ least, most }) {
    const times = [];
    const begun = performance.now();
    const isEnough = () => times.length >= most || (times.length >= least && performance.now() - begun > this.budgetMs);
    // So slow that more than one would use up the time of others.
    const isTooSlow = () => performance.now() - begun > this.budgetMs * 10;
    while (times.length === 0 || !(isEnough() || isTooSlow())) {
      await this.close();
      const db = await settled(this.subject.open(this.indexed));
      this.#db = db;
      const list = entities(0, this.count);
      await collectGarbage();
      times.push((await timed(() => db.insertMany(list))) / this.count);
    }
    sameRow(await settled(this.#db.get(idOf(7))), entities(7, 8)[0]);
    return median(times) * 1000;
  }

  /** The store, filled. */
  async db() {
    if (this.#db === null) await this.fill({ least: 1, most: 1 });
    return this.#db;
  }

  nextScore = () => ++this.#highest;

  /** All paths on a few entities, so that what is measured is compiled. */
  async warmUp() {
    const begun = performance.now();
    for (let round = 0; round < 20 && performance.now() - begun < this.budgetMs; round++) await this.#warmUp();
  }

  async #warmUp() {
    const few = 1000;
    const db = await settled(this.subject.open(this.indexed));
    await settled(db.insertMany(entities(0, few)));
    for (const row of entities(few, few + 50)) await settled(db.insertOne(row));
    for (let i = 0; i < 300; i++) await settled(db.get(idOf(i)));
    const stop = db.watch(idOf(1), () => {});
    for (let i = 0; i < 50; i++) await settled(db.updateOne(idOf(i), { score: i }));
    if (this.indexed || !this.subject.indexedOnly) for (let i = 0; i < 20; i++) await settled(db.top('open', 50));
    for (let i = few; i < few + 50; i++) await settled(db.deleteOne(idOf(i)));
    await turn();
    stop();
    await settled(db.close());
  }

  async close() {
    if (this.#db !== null) await settled(this.#db.close());
    this.#db = null;
    await collectGarbage();
  }
}
