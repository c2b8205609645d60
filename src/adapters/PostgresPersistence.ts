import type { BlobPatch, BlobPath } from '../interfaces/BlobPatch.ts';
import type { EntityKeyData, JsonValue } from '../interfaces/EntityKeyData.ts';
import type { IPersistence } from '../interfaces/IPersistence.ts';
import { asTierSyncError } from '../util/asTierSyncError.ts';
import { groupBy } from '../util/groupBy.ts';
import { type BlobRow, type RowRange, rangeOf, rowChanges, textOfName, valueOfRows } from './blobRows.ts';
import { checkTableName, PatchedPersistence } from './PatchedPersistence.ts';

/**
 * What is used of a database: a `Pool` of pg fits, and PGlite; for postgres.js write
 * `{ query: async (text, values) => ({ rows: await sql.unsafe(text, values) }) }`.
 */
export interface PostgresDatabase {
  // A method, so that clients fit whose types are narrower.
  query(text: string, values: unknown[]): Promise<{ readonly rows: unknown[] }>;
}

/** Where in the database blobs are kept. */
export interface PostgresPersistenceOptions {
  /** `tiersync` unless told; several may stand side by side. */
  readonly table?: string;
}

/**
 * Blobs in one table of PostgreSQL, a row for every record. Each call is one statement, so that any client does, also one
 * that takes another connection each time. The database is the app's: it is opened and closed there. One process at a
 * time may keep its local tier in a table.
 */
export class PostgresPersistence extends PatchedPersistence implements IPersistence {
  readonly #database: PostgresDatabase;
  readonly #table: string;
  #ready: Promise<unknown> | null = null;

  constructor(database: PostgresDatabase, { table = 'tiersync' }: PostgresPersistenceOptions = {}) {
    if (typeof database?.query !== 'function') {
      throw new TypeError('a database is needed; write new PostgresPersistence(new Pool({ connectionString }))');
    }
    super(`PostgreSQL table ${checkTableName(table)}`);
    this.#database = database;
    this.#table = table;
  }

  async loadData(key: string): Promise<EntityKeyData | null> {
    const [blob] = (await this.loadParts(key, [[]])) ?? [null];
    return (blob ?? null) as EntityKeyData | null;
  }

  async loadParts(key: string, paths: readonly BlobPath[]): Promise<ReadonlyArray<JsonValue | undefined> | null> {
    const ranges = paths.map(rangeOf);
    const rows = (await this.#query(partsOfBlob, [
      textOfName(key),
      ranges.map(({ low }) => low),
      ranges.map(({ high }) => high),
    ])) as (BlobRow & { readonly number: number | string | null })[];
    if (rows.length === 0) return null;
    const byNumber = groupBy(rows, ({ number }) => Number(number ?? 0));
    return paths.map((path, i) => valueOfRows(key, byNumber.get(i + 1) ?? [], path));
  }

  async patchMany(patches: readonly BlobPatch[]): Promise<void> {
    this.assertOpen();
    const gone: (RowRange & { readonly key: string })[] = [];
    const come = new Map<string, BlobRow & { readonly key: string }>();
    for (const [name, ofKey] of groupBy(patches, ({ key }) => key)) {
      const key = textOfName(name);
      const { ranges, rows } = rowChanges(ofKey.flatMap(({ changes }) => changes));
      gone.push(...ranges.map((range) => ({ key, ...range })));
      for (const row of rows) come.set(key + row.path, { key, ...row });
    }
    const rows = [...come.values()];
    await this.#query(patchRows, [
      gone.map(({ key }) => key),
      gone.map(({ low }) => low),
      gone.map(({ high }) => high),
      rows.map(({ key }) => key),
      rows.map(({ path }) => path),
      rows.map(({ value }) => value),
    ]);
  }

  async listKeys(prefix: string): Promise<readonly string[]> {
    return this.keysIn(await this.#query(everyKey, []), prefix);
  }

  async setAside(key: string): Promise<string> {
    const taken = new Set(await this.listKeys('$aside/'));
    let number = 1;
    while (taken.has(`$aside/${number}/${key}`)) number += 1;
    const place = `$aside/${number}/${key}`;
    await this.#query('UPDATE $table SET key = $1 WHERE key = $2', [textOfName(place), textOfName(key)]);
    return place;
  }

  async #query(sql: string, values: unknown[]): Promise<unknown[]> {
    this.assertOpen();
    try {
      this.#ready ??= this.#database.query(sqlFor(createTable, this.#table), []);
      await this.#ready;
      const { rows } = await this.#database.query(sqlFor(sql, this.#table), values);
      return rows;
    } catch (cause) {
      this.#ready = null;
      throw asTierSyncError(cause, this.place);
    }
  }
}

const sqlFor = (sql: string, table: string): string => sql.replaceAll('$table', table);

const createTable = `CREATE TABLE IF NOT EXISTS $table (
  key text COLLATE "C" NOT NULL, path text COLLATE "C" NOT NULL, value text NOT NULL, PRIMARY KEY (key, path)
)`;

/** The parts asked for, each with its number; where none of them is there, one row that says that the blob is. */
const partsOfBlob = `
  WITH parts AS (
    SELECT asked.number, found.path, found.value
    FROM unnest($2::text[], $3::text[]) WITH ORDINALITY AS asked(low, high, number)
    JOIN $table AS found ON found.key = $1 AND found.path >= asked.low AND found.path < asked.high
  )
  SELECT number, path, value FROM parts
  UNION ALL
  SELECT NULL, NULL, NULL WHERE NOT EXISTS (SELECT FROM parts) AND EXISTS (SELECT FROM $table WHERE key = $1)
  ORDER BY path`;

/** What goes and what comes must not share a row: one statement changes a row once. */
const patchRows = `
  WITH come AS (SELECT * FROM unnest($4::text[], $5::text[], $6::text[]) AS next(key, path, value)),
  gone AS (
    DELETE FROM $table AS old USING unnest($1::text[], $2::text[], $3::text[]) AS span(key, low, high)
    WHERE old.key = span.key AND old.path >= span.low AND old.path < span.high
    AND NOT EXISTS (SELECT FROM come WHERE come.key = old.key AND come.path = old.path)
  )
  INSERT INTO $table (key, path, value) SELECT key, path, value FROM come
  ON CONFLICT (key, path) DO UPDATE SET value = excluded.value`;

/** From one key to the next, so that it costs as much as there are keys, and not rows. */
const everyKey = `
  WITH RECURSIVE each(key) AS (
    (SELECT min(key) FROM $table)
    UNION ALL SELECT (SELECT min(key) FROM $table WHERE key > each.key) FROM each WHERE each.key IS NOT NULL
  )
  SELECT key FROM each WHERE key IS NOT NULL`;
