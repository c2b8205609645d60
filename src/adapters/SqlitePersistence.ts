import { TierSyncError } from '../errors.ts';
import type { BlobPatch, BlobPath } from '../interfaces/BlobPatch.ts';
import type { EntityKeyData, JsonValue } from '../interfaces/EntityKeyData.ts';
import type { IPersistence } from '../interfaces/IPersistence.ts';
import { asTierSyncError } from '../util/asTierSyncError.ts';
import { type BlobRow, type RowRange, rangeOf, rowChanges, textOfName, valueOfRows } from './blobRows.ts';
import { checkTableName, PatchedPersistence } from './PatchedPersistence.ts';

/** What is used of a database: `DatabaseSync` of node:sqlite and `Database` of better-sqlite3 both fit. */
export interface SqliteDatabase {
  exec(sql: string): unknown;
  prepare(sql: string): SqliteStatement;
}

/** What is used of a prepared statement. */
export interface SqliteStatement {
  run(...values: string[]): unknown;
  get(...values: string[]): unknown;
  all(...values: string[]): unknown[];
}

/** Where in the database blobs are kept. */
export interface SqlitePersistenceOptions {
  /** `tiersync` unless told; several may stand side by side. */
  readonly table?: string;
}

/**
 * Blobs in one table of SQLite, a row for every record, so that an edit writes no more than itself. The database is the
 * app's: it is opened and closed there. One process at a time may keep its local tier in it.
 */
export class SqlitePersistence extends PatchedPersistence implements IPersistence {
  readonly #database: SqliteDatabase;
  readonly #table: string;
  readonly #statements = new Map<string, SqliteStatement>();
  #isReady = false;

  constructor(database: SqliteDatabase, { table = 'tiersync' }: SqlitePersistenceOptions = {}) {
    if (typeof database?.prepare !== 'function' || typeof database.exec !== 'function') {
      throw new TypeError("a database is needed; write new SqlitePersistence(new DatabaseSync('app.db'))");
    }
    super(`SQLite table ${checkTableName(table)}`);
    this.#database = database;
    this.#table = table;
  }

  loadData(key: string): Promise<EntityKeyData | null> {
    return this.#call(() => (this.#read(key, []) ?? null) as EntityKeyData | null);
  }

  loadParts(key: string, paths: readonly BlobPath[]): Promise<ReadonlyArray<JsonValue | undefined> | null> {
    return this.#call(() => (this.#has(key) ? paths.map((path) => this.#read(key, path)) : null));
  }

  patchMany(patches: readonly BlobPatch[]): Promise<void> {
    return this.#call(() => {
      const all = patches.map(({ key, changes }) => ({ key: textOfName(key), ...rowChanges(changes) }));
      this.#inOneStep(() => {
        for (const { key, ranges, rows } of all) {
          for (const range of ranges) this.#remove(key, range);
          for (const { path, value } of rows) {
            this.#prepare('INSERT OR REPLACE INTO $table (key, path, value) VALUES (?, ?, ?)').run(key, path, value);
          }
        }
      });
    });
  }

  listKeys(prefix: string): Promise<readonly string[]> {
    return this.#call(() => this.keysIn(this.#prepare(everyKey).all(), prefix));
  }

  setAside(key: string): Promise<string> {
    return this.#call(() => {
      let number = 1;
      while (this.#has(`$aside/${number}/${key}`)) number += 1;
      const place = `$aside/${number}/${key}`;
      this.#prepare('UPDATE $table SET key = ? WHERE key = ?').run(textOfName(place), textOfName(key));
      return place;
    });
  }

  #has(key: string): boolean {
    return Boolean(this.#prepare('SELECT 1 FROM $table WHERE key = ? LIMIT 1').get(textOfName(key)));
  }

  #read(key: string, path: BlobPath): JsonValue | undefined {
    const { low, high } = rangeOf(path);
    const sql = 'SELECT path, value FROM $table WHERE key = ? AND path >= ? AND path < ? ORDER BY path';
    return valueOfRows(key, this.#prepare(sql).all(textOfName(key), low, high) as BlobRow[], path);
  }

  #remove(key: string, { low, high }: RowRange): void {
    this.#prepare('DELETE FROM $table WHERE key = ? AND path >= ? AND path < ?').run(key, low, high);
  }

  #inOneStep(work: () => void): void {
    this.#database.exec('BEGIN IMMEDIATE');
    try {
      work();
      this.#database.exec('COMMIT');
    } catch (cause) {
      this.#rollBack();
      throw cause;
    }
  }

  #rollBack(): void {
    try {
      this.#database.exec('ROLLBACK');
    } catch {
      // It was rolled back by what failed.
    }
  }

  #prepare(sql: string): SqliteStatement {
    let statement = this.#statements.get(sql);
    if (statement === undefined) {
      statement = this.#database.prepare(sql.replaceAll('$table', this.#table));
      this.#statements.set(sql, statement);
    }
    return statement;
  }

  /** A write that was answered outlives a power cut. */
  #makeReady(): void {
    if (this.#isReady) return;
    for (const sql of ['PRAGMA journal_mode = WAL', 'PRAGMA synchronous = FULL', 'PRAGMA busy_timeout = 5000']) {
      this.#database.exec(sql);
    }
    const columns = 'key TEXT NOT NULL, path TEXT NOT NULL, value TEXT NOT NULL, PRIMARY KEY (key, path)';
    this.#database.exec(`CREATE TABLE IF NOT EXISTS ${this.#table} (${columns}) WITHOUT ROWID`);
    this.#isReady = true;
  }

  async #call<T>(work: () => T): Promise<T> {
    this.assertOpen();
    try {
      this.#makeReady();
      return work();
    } catch (cause) {
      throw this.#translate(cause);
    }
  }

  #translate(cause: unknown): unknown {
    const { code, errcode } = Object(cause) as { readonly code?: unknown; readonly errcode?: unknown };
    const message = `${this.place}: ${(cause as Error).message}`;
    if (code === 'SQLITE_FULL' || errcode === full) return new TierSyncError('quota-exceeded', message, { cause });
    if (code === 'SQLITE_BUSY' || errcode === busy) return new TierSyncError('locked', message, { cause });
    return asTierSyncError(cause, this.place);
  }
}

const busy = 5;
const full = 13;

/** From one key to the next, so that it costs as much as there are keys, and not rows. */
const everyKey = `
  WITH RECURSIVE each(key) AS (
    SELECT min(key) FROM $table
    UNION ALL SELECT (SELECT min(key) FROM $table WHERE key > each.key) FROM each WHERE each.key IS NOT NULL
  )
  SELECT key FROM each WHERE key IS NOT NULL`;
