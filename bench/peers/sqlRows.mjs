// How entities lie in a table of SQLite, whichever build of it.
export const columns = [
  'id',
  'name',
  'email',
  'status',
  'score',
  'active',
  'note',
  'scheduledAt',
  'lastEditedAt',
  'revision',
];

export const toCells = (row) => columns.map((name) => (name === 'active' ? Number(row.active) : row[name]));

export const fromCells = ([id, name, email, status, score, active, note, scheduledAt, lastEditedAt, revision]) => ({
  ...{ id, name, email, status, score, active: active === 1, note, scheduledAt, lastEditedAt, revision },
});

export const sql = {
  table: `CREATE TABLE IF NOT EXISTS items (id TEXT PRIMARY KEY, name TEXT, email TEXT, status TEXT, score INTEGER,
    active INTEGER, note TEXT, scheduledAt TEXT, lastEditedAt TEXT, revision INTEGER) WITHOUT ROWID`,
  index: 'CREATE INDEX IF NOT EXISTS byStatus ON items(status, score DESC)',
  insert: `INSERT INTO items VALUES (${columns.map(() => '?').join()})`,
  update: 'UPDATE items SET score = ? WHERE id = ?',
  remove: 'DELETE FROM items WHERE id = ?',
  one: 'SELECT * FROM items WHERE id = ?',
  all: 'SELECT * FROM items',
  top: 'SELECT * FROM items WHERE status = ? ORDER BY score DESC LIMIT ?',
};

/** SQLite has a number for no limit. */
export const limitOf = (limit) => (limit === Number.POSITIVE_INFINITY ? -1 : limit);
