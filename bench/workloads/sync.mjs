import { entities, idOf } from '../data.mjs';
import { median, settled, turn } from '../measure.mjs';

/** Two replicas in one process, and what it takes until both are equal. */
export class Pair {
  #replicas = null;
  #revision = 1;

  constructor({ subject, count, budgetMs }) {
    this.subject = subject;
    this.count = count;
    this.budgetMs = budgetMs;
  }

  async #pair() {
    if (this.#replicas === null) {
      const { a, b, sync, countedSync } = await this.subject.replicas();
      await settled(a.insertMany(entities(0, this.count)));
      this.#replicas = { a, b, sync, countedSync };
      this.first = await this.#sync(sync);
      await this.#same([0, this.count >> 1, this.count - 1].map(idOf), 1);
    }
    return this.#replicas;
  }

  async firstSync() {
    await this.#pair();
    return this.first;
  }

  async afterChanges(howMany) {
    const { sync, countedSync } = await this.#pair();
    const found = [];
    const begun = performance.now();
    const most = howMany >= 1000 ? 5 : 200;
    while (found.length < most && (found.length < 3 || performance.now() - begun < this.budgetMs)) {
      const ids = await this.#change(howMany);
      found.push(await this.#sync(sync));
      await this.#same(ids, this.#revision);
      await turn();
    }
    const middle = (name) => median(found.map((run) => run[name]));
    const result = { us: middle('us'), bytes: middle('bytes'), requests: middle('requests') };
    if (countedSync === undefined) return result;
    // With those where counting takes time, it has a run of its own.
    await this.#change(howMany);
    return { ...result, ...(await countedSync()) };
  }

  async #sync(sync) {
    const start = performance.now();
    const spent = await settled(sync());
    return { us: (performance.now() - start) * 1000, ...spent };
  }

  /** Spread over all of them. */
  async #change(howMany) {
    const { a } = this.#replicas;
    const revision = ++this.#revision;
    const ids = Array.from({ length: howMany }, (_, i) => idOf((i * 7919 + revision * 13) % this.count));
    const patches = ids.map((id) => [id, { score: revision }]);
    if (a.updateMany) await settled(a.updateMany(patches));
    else for (const [id, patch] of patches) await settled(a.updateOne(id, patch));
    return ids.length > 3 ? [ids[0], ids[howMany >> 1], ids[howMany - 1]] : ids;
  }

  async #same(ids, revision) {
    const { b } = this.#replicas;
    for (const id of ids) {
      const row = await settled(b.get(id));
      if (row?.id !== id || (revision > 1 && row.score !== revision)) throw new Error(`wrong answer: ${id} differs`);
    }
  }
}
