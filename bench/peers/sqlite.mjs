// SQLite, native, by better-sqlite3: a floor of another kind. It has no observers; queries are run again after a write.
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { Requeried } from './Requeried.mjs';
import { fromCells, limitOf, sql, toCells } from './sqlRows.mjs';

class Native extends Requeried {
  #db;
  #do = {};

  constructor(file, indexed) {
    super();
    this.#db = new Database(file);
    this.#db.pragma('journal_mode = WAL');
    this.#db.pragma('synchronous = NORMAL');
    this.#db.exec(sql.table);
    if (indexed) this.#db.exec(sql.index);
    for (const name of ['insert', 'update', 'remove', 'one', 'all', 'top'])
      this.#do[name] = this.#db.prepare(sql[name]);
    for (const name of ['one', 'all', 'top']) this.#do[name].raw();
  }
  insertMany(list) {
    this.#db.transaction(() => {
      for (const row of list) this.#do.insert.run(toCells(row));
    })();
  }
  insertOne(row) {
    this.#do.insert.run(toCells(row));
    this.changed(row.id);
  }
  updateOne(id, { score }) {
    this.#do.update.run(score, id);
    this.changed(id);
  }
  deleteOne(id) {
    this.#do.remove.run(id);
    this.changed(id);
  }
  get(id) {
    const cells = this.#do.one.get(id);
    return cells && fromCells(cells);
  }
  all() {
    return this.#do.all.all().map(fromCells);
  }
  top(status, limit) {
    return this.#do.top.all(status, limitOf(limit)).map(fromCells);
  }
  copyTo(file) {
    return this.#db.backup(file);
  }
  close() {
    this.#db.close();
  }
}

const fileIn = (folder) => join(folder, 'items.sqlite');

export default {
  open: (indexed) => new Native(':memory:', indexed),
  write: (db, folder) => db.copyTo(fileIn(folder)),
  read: (folder) => new Native(fileIn(folder), false),
};
