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

class Floor {
  rows = new Map();
  watchers = new Map();
  live = new Set();
  byStatus = null;

  constructor(indexed) {
    if (indexed) this.byStatus = new Map();
  }
  insertMany(list) {
    for (const row of list) this.rows.set(row.id, row);
    if (!this.byStatus) return;
    for (const row of list) {
      const of = this.byStatus.get(row.status);
      if (of) of.push(row);
      else this.byStatus.set(row.status, [row]);
    }
    for (const of of this.byStatus.values()) of.sort(byScore);
  }
  insertOne(row) {
    this.rows.set(row.id, row);
    this.tell(row, undefined);
  }
  deleteOne(id) {
    const before = this.rows.get(id);
    this.rows.delete(id);
    this.tell(undefined, before);
  }
  updateOne(id, patch) {
    const before = this.rows.get(id);
    const row = { ...before, ...patch };
    this.rows.set(id, row);
    this.tell(row, before);
  }
  tell(row, before) {
    const watchers = this.watchers.get((row ?? before).id);
    if (watchers) for (const watcher of watchers) watcher(row);
    for (const step of this.live) step(row, before);
  }
  get(id) {
    return this.rows.get(id);
  }
  top(status, limit) {
    if (this.byStatus) return this.byStatus.get(status).slice(0, limit);
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
    const watchers = this.watchers.get(id) ?? new Set();
    this.watchers.set(id, watchers.add(see));
    see(this.rows.get(id));
    return () => watchers.delete(see);
  }
  watchAll(see) {
    let list = [...this.rows.values()];
    const at = new Map(list.map((row, i) => [row.id, i]));
    const step = (row, before) => {
      list = list.slice();
      list[at.get((row ?? before).id)] = row;
      see(list);
    };
    this.live.add(step);
    see(list);
    return () => this.live.delete(step);
  }
  watchTop(status, limit, see) {
    const list = [...this.rows.values()].filter((row) => row.status === status).sort(byScore);
    const step = (row, before) => {
      if (before?.status === status) list.splice(place(list, before.score), 1);
      if (row?.status === status) list.splice(place(list, row.score), 0, row);
      see(list.slice(0, limit));
    };
    this.live.add(step);
    see(list.slice(0, limit));
    return () => this.live.delete(step);
  }
}

export default {
  label: 'Map, by hand',
  open: async (indexed) => new Floor(indexed),
  write: async (db, folder) => writeFileSync(join(folder, 'floor.json'), JSON.stringify([...db.rows.values()])),
  read: async (folder) => {
    const db = new Floor(false);
    db.insertMany(JSON.parse(readFileSync(join(folder, 'floor.json'), 'utf8')));
    return db;
  },
};
