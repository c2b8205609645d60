import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type SqliteDatabase, SqlitePersistence } from '../../src/adapters/SqlitePersistence.ts';
import { openPlace } from '../../src/cli/places/openPlace.ts';
import { repair } from '../../src/maintenance/repair.ts';
import { verify } from '../../src/maintenance/verify.ts';
import { mediumOf } from './media.ts';
import { environment, fill, readAll } from './support.ts';

type Database = SqliteDatabase & { close(): void };

/** Undefined: this Node has none. */
const DatabaseSync = ((): (new (file: string) => Database) | undefined => {
  try {
    return createRequire(import.meta.url)('node:sqlite').DatabaseSync;
  } catch {
    return undefined;
  }
})();

describe.skipIf(DatabaseSync === undefined)('a file of SQLite', () => {
  const options = { env: {}, isCompressed: false };
  let folder: string;
  let file: string;
  let database: Database;

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'tiersync-sqlite-'));
    file = join(folder, 'app.db');
    database = new (DatabaseSync as NonNullable<typeof DatabaseSync>)(file);
    await fill({ prefix: 'app', local: new SqlitePersistence(database) }, 20);
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  test('[MT3] [MT10] whose rows are gone, cut or changed is named and mended from another tier', async () => {
    const other = mediumOf('cloud');
    await fill(other.place, 20);
    database.exec(`DELETE FROM tiersync WHERE key = '"app.k003"' AND path LIKE '"Task","k003.1"%'`);
    database.exec(`UPDATE tiersync SET value = substr(value, 1, 9) WHERE key = '"app.k004"' AND path LIKE '"Task"%'`);
    database.exec(`UPDATE tiersync SET value = replace(value, 'task', 'tusk') WHERE key = '"app.k005"'`);
    database.close();
    const opened = await openPlace(file, { ...options, isWriting: true });
    const { faults } = await verify(opened.place);
    expect(faults.map(({ code, entityKey }) => `${code} ${entityKey}`)).toEqual([
      'miscounted app.k003',
      'corrupt app.k004',
      'miscounted app.k005',
    ]);
    const { isAlone } = opened;
    expect((await repair(opened.place, { from: other.place, isAlone, environment })).unmended).toEqual([]);
    expect(await readAll(opened.place)).toEqual(await readAll(other.place));
    await opened.close();
  });

  test('[MT12] that an app has open is refused for repair, and looked at all the same', async () => {
    await expect(openPlace(file, { ...options, isWriting: true })).rejects.toMatchObject({ code: 'locked' });
    const looking = await openPlace(file, options);
    expect((await verify(looking.place)).isSound).toBe(true);
    await looking.close();
    database.close();
  });
});
