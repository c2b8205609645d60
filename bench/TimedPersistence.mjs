import { MemoryStore } from 'tiersync';

/** A local tier in memory, and how often and how long it was at work. */
export class TimedPersistence {
  isolated = true;
  spent = { reads: 0, readMs: 0, writes: 0, writeMs: 0 };
  #inner = new MemoryStore();

  reset() {
    this.spent = { reads: 0, readMs: 0, writes: 0, writeMs: 0 };
  }

  loadData(key) {
    return this.#time('read', () => this.#inner.loadData(key));
  }

  storeData(key, data) {
    return this.#time('write', () => this.#inner.storeData(key, data));
  }

  storeMany(entries) {
    return this.#time('write', () => this.#inner.storeMany(entries));
  }

  loadParts(key, paths) {
    return this.#time('read', () => this.#inner.loadParts(key, paths));
  }

  patchMany(patches) {
    return this.#time('write', () => this.#inner.patchMany(patches));
  }

  clearData(key) {
    return this.#inner.clearData(key);
  }

  listKeys(prefix) {
    return this.#inner.listKeys(prefix);
  }

  /** It works before it answers, so what passes until the call returns is its work. */
  #time(what, work) {
    const start = performance.now();
    const answer = work();
    this.spent[`${what}Ms`] += performance.now() - start;
    this.spent[`${what}s`]++;
    return answer;
  }
}
