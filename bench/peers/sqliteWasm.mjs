// SQLite as WebAssembly, by sql.js, in memory. It has no observers; queries are run again after a write.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import start from 'sql.js';
import { Requeried } from './Requeried.mjs';
import { fromCells, limitOf, sql, toCells } from './sqlRows.mjs';

const { Database } = await start();

class Wasm extends Requeried {
  #db;
  #do = {};

  constructor(bytes, indexed) {
    super();
    this.#db = new Database(bytes);
    this.#db.run(sql.table);
    if (indexed) this.#db.run(sql.index);
    for (const name of ['insert', 'update', 'remove', 'one', 'all', 'top'])
      this.#do[name] = this.#db.prepare(sql[name]);
  }
  insertMany(list) {
    this.#db.run('BEGIN');
    for (const row of list) this.#do.insert.run(toCells(row));
    this.#db.run('COMMIT');
  }
  insertOne(row) {
    this.#do.insert.run(toCells(row));
    this.changed(row.id);
  }
  updateOne(id, { score }) {
    this.#do.update.run([score, id]);
    this.changed(id);
  }
  deleteOne(id) {
    this.#do.remove.run([id]);
    this.changed(id);
  }
  get(id) {
    return this.#read('one', [id])[0];
  }
  all() {
    return this.#read('all', []);
  }
  top(status, limit) {
    return this.#read('top', [status, limitOf(limit)]);
  }
  toBytes() {
    return this.#db.export();
  }
  close() {
    this.#db.close();
  }
  #read(name, values) {
    const statement = this.#do[name];
    const found = [];
    statement.bind(values);
    while (statement.step()) found.push(fromCells(statement.get()));
    statement.reset();
    return found;
  }
}

const fileIn = (folder) => join(folder, 'items.sqlite');

export default {
  smallest: "export { default } from 'sql.js';",
  wasm: 'sql.js/dist/sql-wasm.wasm',
  open: (indexed) => new Wasm(undefined, indexed),
  write: (db, folder) => writeFileSync(fileIn(folder), db.toBytes()),
  read: (folder) => new Wasm(readFileSync(fileIn(folder)), false),
};
