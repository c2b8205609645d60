/**
 * A shared tier (`ISharedTier`) that is nothing but a list of changes in memory: what is left of a sync when its cloud
 * costs nothing. It remembers everything, so nobody ever has to compare, and counts what would cross a wire.
 */
export class SharedMemory {
  #changes = [];
  bytes = 0;

  async changesSince(cursor) {
    const changes = this.#changes.slice(cursor?.seq ?? 0);
    this.#count(changes);
    return { cursor: this.#cursor, reach: 'since', changes, horizon: { seq: 0, stamp: 0 } };
  }

  async commit(changes, since) {
    if ((since?.seq ?? 0) !== this.#changes.length) return 'stale';
    this.#count(changes);
    for (const { entityKey, entityName, id, record } of changes) {
      this.#changes.push({ entityKey, entityName, id, record });
    }
    return { cursor: this.#cursor, results: changes.map(() => ({ outcome: 'applied' })) };
  }

  async readMetadata() {
    throw new Error('nobody has to compare');
  }

  async readKey() {
    throw new Error('nobody has to compare');
  }

  async apply() {
    throw new Error('everybody commits');
  }

  async close() {}

  get #cursor() {
    return { lineage: 'memory', seq: this.#changes.length, nonce: String(this.#changes.length) };
  }

  #count(changes) {
    for (const { entityKey, entityName, record } of changes) {
      // As JSON: {"key":"…","name":"…"} and the record.
      this.bytes += 20 + entityKey.length + entityName.length + record.text.length;
    }
  }
}
