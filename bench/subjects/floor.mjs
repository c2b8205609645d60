// The floor: what hand-written JavaScript over one Map costs. It checks nothing, copies nothing and keeps no history.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const byScore = (a, b) => b.score - a.score;

function place(list, score) {
  let low = 0;
  let high = list.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (list[middle].score > score) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The rows of one status, highest score first, and who watches them. */
class Sorted {
  watchers = new Set();

  constructor(rows) {
    this.rows = rows.sort(byScore);
  }
  replace(before, row) {
    if (before) this.rows.splice(place(this.rows, before.score), 1);
    if (row) this.rows.splice(place(this.rows, row.score), 0, row);
    for (const tell of this.watchers) tell(row);
  }
}

class Floor {
  rows = new Map();
  edited = new Set();
  #byStatus = new Map();
  #watchers = new Map();
  #all = new Set();

  constructor(indexed) {
    this.indexed = indexed;
  }
  insertMany(list) {
    for (const row of list) this.rows.set(row.id, row);
    if (this.indexed) for (const [status, rows] of groups(list)) this.#byStatus.set(status, new Sorted(rows));
  }
  insertOne(row) {
    this.rows.set(row.id, row);
    this.#tell(undefined, row);
  }
  deleteOne(id) {
    const before = this.rows.get(id);
    this.rows.delete(id);
    this.#tell(before, undefined);
  }
  updateOne(id, patch) {
    const before = this.rows.get(id);
    const row = { ...before, ...patch };
    this.rows.set(id, row);
    this.edited.add(id);
    this.#tell(before, row);
  }
  get(id) {
    return this.rows.get(id);
  }
  top(status, limit) {
    if (this.indexed) return this.#byStatus.get(status).rows.slice(0, limit);
    const found = [];
    for (const row of this.rows.values()) {
      if (row.status !== status) continue;
      if (found.length === limit && row.score <= found[limit - 1].score) continue;
      found.splice(place(found, row.score), 0, row);
      if (found.length > limit) found.pop();
    }
    return found;
  }
  watch(id, see) {
    const watchers = this.#watchers.get(id) ?? new Set();
    this.#watchers.set(id, watchers.add(see));
    see(this.rows.get(id));
    return () => watchers.delete(see);
  }
  watchAll(see) {
    let list = [...this.rows.values()];
    const at = new Map(list.map((row, i) => [row.id, i]));
    see(list);
    return this.#join(this.#all, (row) => {
      list = list.slice();
      list[at.get(row.id)] = row;
      see(list);
    });
  }
  watchTop(status, limit, see) {
    const sorted = this.#sorted(status);
    const tell = () => see(sorted.rows.slice(0, limit));
    tell();
    return this.#join(sorted.watchers, tell);
  }
  watchChanges(status, see) {
    return this.#join(status === null ? this.#all : this.#sorted(status).watchers, (row) => see([row]));
  }
  close() {}
  #sorted(status) {
    const known = this.#byStatus.get(status);
    if (known) return known;
    const made = new Sorted([...this.rows.values()].filter((row) => row.status === status));
    this.#byStatus.set(status, made);
    return made;
  }
  #join(watchers, tell) {
    watchers.add(tell);
    return () => watchers.delete(tell);
  }
  #tell(before, row) {
    const watchers = this.#watchers.get((row ?? before).id);
    if (watchers) for (const see of watchers) see(row);
    for (const tell of this.#all) tell(row);
    if (this.#byStatus.size > 0) this.#byStatus.get((row ?? before).status)?.replace(before, row);
  }
}

function groups(list) {
  const found = new Map();
  for (const row of list) {
    const group = found.get(row.status);
    if (group) group.push(row);
    else found.set(row.status, [row]);
  }
  return found;
}

/** What was changed is known, and crosses as JSON; the other side takes it as it is. */
function replicas() {
  const [a, b] = [new Floor(false), new Floor(false)];
  let isFirst = true;
  const sync = () => {
    const ids = isFirst ? [...a.rows.keys()] : [...a.edited];
    isFirst = false;
    const text = JSON.stringify(ids.map((id) => a.rows.get(id)));
    for (const row of JSON.parse(text)) b.rows.set(row.id, row);
    a.edited.clear();
    return { bytes: Buffer.byteLength(text) };
  };
  return { a, b, sync };
}

const fileIn = (folder) => join(folder, 'items.json');

export default {
  open: (indexed) => new Floor(indexed),
  write: (db, folder) => writeFileSync(fileIn(folder), JSON.stringify([...db.rows.values()])),
  read: (folder) => {
    const db = new Floor(false);
    db.insertMany(JSON.parse(readFileSync(fileIn(folder), 'utf8')));
    return db;
  },
  replicas,
};
