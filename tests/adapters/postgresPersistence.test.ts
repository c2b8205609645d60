import { PGlite } from '@electric-sql/pglite';
import { DataOrchestrator, silentLogger } from 'tiersync';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { PostgresPersistence } from '../../src/adapters/PostgresPersistence.ts';
import { persistenceContract } from '../../src/testing/index.ts';

let database: PGlite;
let tables = 0;
const tableOf = new WeakMap<object, string>();

beforeAll(async () => {
  database = await PGlite.create();
}, 120_000);

afterAll(() => database.close());

function openTable(table: string): PostgresPersistence {
  const persistence = new PostgresPersistence(database, { table });
  tableOf.set(persistence, table);
  return persistence;
}

persistenceContract(test, {
  name: 'PostgresPersistence',
  open: () => openTable(`t${++tables}`),
  reopen: (instance) => openTable(tableOf.get(instance) as string),
  capabilities: {
    isolated: true,
    storeMany: true,
    loadParts: true,
    patchData: true,
    patchMany: true,
    listKeys: true,
    setAside: true,
    close: true,
  },
});

test('[AD132] PostgresPersistence: each call is one statement, and an app keeps its data in it', async () => {
  const statements: string[] = [];
  const local = new PostgresPersistence(
    {
      query: (text, values) => {
        statements.push(text);
        return database.query(text, values);
      },
    },
    { table: 'app' },
  );
  const open = () => DataOrchestrator.create({ prefix: 'app', local, logger: silentLogger });
  const data = await open();
  const notes = data.repo<{ text: string }>('Note');
  const ids = notes.saveMany(Array.from({ length: 100 }, (_, i) => ({ text: `${i}` })));
  await data.flush();
  statements.length = 0;
  await notes.update(ids[3] as string, { text: 'new' });
  await data.flush();
  // One that reads the record, one that writes it and the index.
  expect(statements).toHaveLength(2);
  const other = new PostgresPersistence(database, { table: 'app' });
  const again = await DataOrchestrator.create({ prefix: 'app', local: other, logger: silentLogger });
  expect((await again.repo<{ text: string }>('Note').get(ids[3] as string))?.text).toBe('new');
  await data.unload();
});

test('[AD132] a database or a table that cannot be is a misuse', () => {
  expect(() => new PostgresPersistence({} as never)).toThrow(TypeError);
  expect(() => new PostgresPersistence(database, { table: 'two words' })).toThrow(TypeError);
});
