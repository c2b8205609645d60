import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import * as tiersync from 'tiersync';
import { type EntityKeyData, MemoryBucket } from 'tiersync';
import { expect, test } from 'vitest';
import { fromBytes, toBytes } from '../../src/blob/envelope.ts';
import { hashActive, hashText, hashTombstone } from '../../src/blob/hash.ts';
import { KeySums } from '../../src/blob/KeySums.ts';
import { checkKeyData, FORMAT, recordsIn } from '../../src/blob/keyData.ts';
import { kept, objectsOf, PlainPersistence } from '../adversarial/support.ts';
import { openGolden, readGolden, writeGolden } from './dataSet.ts';

/** Files of a released format are for ever: if a test here fails, the code is to be changed and never the files. */
const folder = fileURLToPath(new URL('./format-1/', import.meta.url));
const bytesOf = (path: string): Buffer => readFileSync(folder + path);
const jsonOf = (path: string): unknown => JSON.parse(bytesOf(path).toString('utf8'));
const objects = readdirSync(`${folder}bucket`);
const expected = jsonOf('expected.json');
const stored = jsonOf('persistence.json') as Record<string, EntityKeyData>;

async function goldenBucket(): Promise<tiersync.IBucket> {
  const bucket = kept(new MemoryBucket());
  for (const name of objects) await bucket.put(name, bytesOf(`bucket/${name}`));
  return bucket;
}

function goldenPersistence(): PlainPersistence {
  const persistence = new PlainPersistence();
  for (const [key, blob] of Object.entries(stored)) persistence.blobs.set(key, structuredClone(blob));
  return persistence;
}

test('[FM1] the golden files are all there', () => {
  expect(objects.sort()).toEqual(['app.$metadata.json', 'app.alpha.json', 'app.beta.json', 'app.global.json']);
  expect(Object.keys(stored).map((key) => `${key}.json`)).toEqual(objects);
  expect(Object.keys(expected as object)).toEqual(['Task', 'Note', 'Заметка 🙂', 'a.b/c']);
});

test('[FM1] a bucket of format 1 is read: every entity and every value', async () => {
  expect(await readGolden(tiersync, await goldenBucket())).toEqual(expected);
});

test('[FM1] a bucket of format 1 is read without its index too', async () => {
  const bucket = await goldenBucket();
  await bucket.delete('app.$metadata.json');
  expect(await readGolden(tiersync, bucket)).toEqual(expected);
});

test('[FM1] a persistence of format 1 is read: every entity and every value', async () => {
  expect(await readGolden(tiersync, goldenPersistence())).toEqual(expected);
});

test('[FM1] reading changes not a byte', async () => {
  const bucket = await goldenBucket();
  const before = await objectsOf(bucket);
  await readGolden(tiersync, bucket);
  expect(await objectsOf(bucket)).toEqual(before);
  const persistence = goldenPersistence();
  await readGolden(tiersync, persistence);
  expect(Object.fromEntries(persistence.blobs)).toEqual(stored);
});

test('[FM1] the index of format 1 holds the sums that its blobs have', () => {
  const { entityKeys } = fromBytes('index', bytesOf('bucket/app.$metadata.json')) as unknown as tiersync.Metadata;
  for (const key of Object.keys(entityKeys)) {
    const blob = checkKeyData(key, fromBytes(key, bytesOf(`bucket/${key}.json`)));
    expect(KeySums.of(recordsIn(blob)).summary()).toEqual(entityKeys[key]);
  }
});

test('[FM1] an edit changes its record and nothing else of a blob of format 1', async () => {
  const bucket = await goldenBucket();
  const { data, after } = await openGolden(tiersync, bucket);
  after(10 * 86_400_000);
  await data.repo('Task').update('alpha.case', { title: 'edited' });
  await data.unload();
  const now = Buffer.from((await objectsOf(bucket)).get('app.alpha.json')!, 'latin1');
  const blob = (bytes: Uint8Array) => fromBytes('k', bytes) as { Task: Record<string, object> };
  const before = blob(bytesOf('bucket/app.alpha.json'));
  const edited = { ...before.Task['alpha.case'], title: 'edited', updatedAt: '2026-01-11T00:00:00.000Z', version: 2 };
  expect(blob(now)).toEqual({ ...before, Task: { ...before.Task, 'alpha.case': edited } });
});

test('[FM1] what is written today is byte for byte what format 1 is', async () => {
  expect(FORMAT).toBe(1);
  const bucket = kept(new MemoryBucket());
  await writeGolden(tiersync, bucket);
  const written = await objectsOf(bucket);
  expect([...written.keys()].sort()).toEqual(objects.sort());
  for (const name of objects) {
    const text = Buffer.from(written.get(name)!, 'latin1').toString('utf8');
    expect(text, name).toBe(bytesOf(`bucket/${name}`).toString('utf8'));
  }
  const persistence = new PlainPersistence();
  await writeGolden(tiersync, persistence);
  expect(Object.fromEntries(persistence.blobs)).toEqual(stored);
});

test('[FM1] the text of an envelope, to the letter', () => {
  const text = (data: object): string => new TextDecoder().decode(toBytes(data));
  expect(text({})).toBe('{"check":"32efdebe81644","format":1,"data":{}}');
  const blob = {
    deleted: { Task: { 'global.b': '2026-01-02T00:00:00.000Z' } },
    Task: {
      'global.a': {
        version: 1,
        id: 'global.a',
        createdAt: '2026-01-01T00:00:00.000Z',
        updatedAt: '2026-01-01T00:00:00.001Z',
        title: 'é',
      },
    },
    $: { format: 1 },
  };
  expect(text(blob)).toBe(
    '{"check":"891fdc6376324","format":1,"data":{"$":{"format":1},' +
      '"Task":{"global.a":{"createdAt":"2026-01-01T00:00:00.000Z","id":"global.a","title":"é",' +
      '"updatedAt":"2026-01-01T00:00:00.001Z","version":1}},' +
      '"deleted":{"Task":{"global.b":"2026-01-02T00:00:00.000Z"}}}}',
  );
});

test('[FM1] the hashes, to the digit', () => {
  expect([hashText(''), hashText('a'), hashText('é🙂\ud800')]).toEqual([1895160242862999, 531704252444844, 649624024669041]);
  expect(hashActive('Task', 'global.a', '{}')).toBe(1609121701763938);
  expect(hashTombstone('Task', 'global.b', '2026-01-02T00:00:00.000Z')).toBe(3424920945539025);
});
