/** Another bucket, and what was asked of it: requests by method, and the bytes of the bodies that went each way. */
export class CountedBucket {
  #inner;
  #isDistant;
  #counts = { get: 0, put: 0, delete: 0, list: 0, sent: 0, received: 0, answered: 0 };

  /** A distant one answers after a turn, as everything does that is not in the same memory. */
  constructor(inner, { isDistant = false } = {}) {
    this.#inner = inner;
    this.#isDistant = isDistant;
  }

  /** What a piece of work asked for. */
  async during(work) {
    const before = { ...this.#counts };
    await work();
    const counts = Object.entries(this.#counts).map(([name, count]) => [name, count - before[name]]);
    const { answered, sent, received, ...requests } = Object.fromEntries(counts);
    const total = Object.values(requests).reduce((sum, count) => sum + count, 0);
    return { ...requests, total, answered, sent, received };
  }

  async get(name, options) {
    this.#counts.get++;
    const found = await this.#inner.get(name, options);
    if (this.#isDistant) await new Promise((done) => setImmediate(done));
    this.#counts.answered++;
    this.#counts.received += found?.bytes?.length ?? 0;
    return found;
  }

  put(name, bytes, condition) {
    this.#counts.put++;
    this.#counts.sent += bytes.length;
    return this.#inner.put(name, bytes, condition);
  }

  delete(name) {
    this.#counts.delete++;
    return this.#inner.delete(name);
  }

  list(prefix) {
    this.#counts.list++;
    return this.#inner.list(prefix);
  }
}
