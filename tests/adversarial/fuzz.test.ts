import fc from 'fast-check';
import { expect, test } from 'vitest';
import { canonicalText } from '../../src/blob/canonicalText.ts';
import { decodeValue } from '../../src/blob/decodeValue.ts';
import { EntityCodec } from '../../src/blob/EntityCodec.ts';
import { encodeValue } from '../../src/blob/encodeValue.ts';
import { fromBytes, toBytes } from '../../src/blob/envelope.ts';
import { KeySums } from '../../src/blob/KeySums.ts';
import { checkKeyData, putRecord, recordAt, recordsIn, removeRecord } from '../../src/blob/keyData.ts';
import { TierSyncError } from '../../src/errors.ts';
import type { JsonValue } from '../../src/interfaces/EntityKeyData.ts';
import { compareRecords } from '../../src/reconcile/compareRecords.ts';
import { readIndex } from '../../src/tiers/localIndex.ts';
import { anyValue } from '../blob/support.ts';
import { create, guardPrototypes, kept, repoOf } from './support.ts';

guardPrototypes();

/** Runs it; an error of ours with one of the codes of unreadable data is an answer too. */
function answers(work: () => unknown): boolean {
  try {
    work();
    return true;
  } catch (error) {
    if (error instanceof TierSyncError && (error.code === 'corrupt' || error.code === 'upgrade-needed')) return true;
    throw error;
  }
}

const codec = new EntityCodec({ entityName: 'Task', onMigrationError: () => {} });
const at = '2026-01-01T00:00:00.000Z';

/** All that reading a blob leads to. */
function readAll(json: unknown): void {
  const data = checkKeyData('k', json);
  const records = [...recordsIn(data, () => {})];
  KeySums.of(records).summary();
  for (const record of records) {
    if (!record.isDeleted) answers(() => codec.encode(codec.decode(record)).text);
    const found = recordAt(data, record.entityName, record.id);
    expect(found && compareRecords(found, record)).toBe(0);
    putRecord(data, record);
    removeRecord(data, record.entityName, record.id);
  }
}

/** A sound blob and index, to be broken in one place. */
const sound = (): JsonValue => ({
  $: { format: 1, checking: ['app.a'] },
  Task: {
    a: {
      id: 'a',
      createdAt: at,
      updatedAt: at,
      version: 1,
      due: { $date: at },
      n: { $bigint: '5' },
      b: { $bytes: 'AAE=' },
    },
    b: { id: 'b', createdAt: at, updatedAt: at, version: 2, list: [1, { $number: 'NaN' }], $$x: { deep: [[]] } },
  },
  deleted: { Task: { c: at }, Note: {} },
  updatedAt: at,
  hash: 5,
  entityKeys: {
    'app.a': { hash: 5, updatedAt: at, entities: { Task: { hash: 5, deletedHash: 0, count: 1, deletedCount: 0 } } },
  },
});

const oddName = fc.constantFrom(
  '__proto__',
  'constructor',
  'toString',
  'id',
  'version',
  '$',
  '$date',
  '$$',
  'deleted',
  '',
);
const oddJson: fc.Arbitrary<unknown> = fc.oneof(
  fc.jsonValue({ maxDepth: 2 }),
  fc.constantFrom<unknown>(null, -1, 1.5, 1e300, '', at, 'NaN', [], {}, [[]], true),
  fc
    .tuple(oddName, fc.jsonValue({ maxDepth: 1 }))
    .map(([name, json]) => JSON.parse(`{"${name}":${JSON.stringify(json)}}`)),
);

/** Walks into the value by the numbers given and puts something else there. */
function broken(path: readonly number[], name: string | null, json: unknown): unknown {
  const root = { in: sound() } as Record<string, unknown>;
  let parent: Record<string, unknown> = root;
  let key = 'in';
  for (const step of path) {
    const value = parent[key];
    if (typeof value !== 'object' || value === null || Object.keys(value).length === 0) break;
    parent = value as Record<string, unknown>;
    key = Object.keys(parent)[step % Object.keys(parent).length]!;
  }
  const place = name ?? key;
  Object.defineProperty(parent, place, { value: json, enumerable: true, configurable: true, writable: true });
  return JSON.parse(JSON.stringify(root['in'])) as unknown;
}

test('[ER30] 10,000 blobs broken in one place are read, or refused with an error of ours', () => {
  fc.assert(
    fc.property(
      fc.array(fc.nat({ max: 20 }), { maxLength: 5 }),
      fc.option(oddName, { freq: 3 }),
      oddJson,
      (path, name, json) => answers(() => readAll(broken(path, name, json))),
    ),
    { numRuns: 10_000 },
  );
});

test('[ER30] 10,000 indexes broken in one place are read, or refused with an error of ours', () => {
  fc.assert(
    fc.property(
      fc.array(fc.nat({ max: 20 }), { maxLength: 5 }),
      fc.option(oddName, { freq: 3 }),
      oddJson,
      (path, name, json) => answers(() => readIndex('k', broken(path, name, json))),
    ),
    { numRuns: 10_000 },
  );
});

test('[ER30] 10,000 random JSON values are decoded, or refused with an error of ours', () => {
  fc.assert(
    fc.property(oddJson, (json) => answers(() => readAll(json)) && answers(() => decodeValue(json as JsonValue))),
    { numRuns: 10_000 },
  );
});

test('[ER30] 10,000 byte sequences, sound ones with a few bytes changed among them, are read or refused with an error of ours', () => {
  const start = toBytes(sound() as object);
  fc.assert(
    fc.property(
      fc.oneof(
        fc.uint8Array({ maxLength: 200 }),
        fc.array(fc.tuple(fc.nat({ max: start.length - 1 }), fc.nat({ max: 255 })), { maxLength: 4 }).map((changes) => {
          const bytes = start.slice();
          for (const [i, byte] of changes) bytes[i] = byte;
          return bytes;
        }),
      ),
      (bytes) => answers(() => readAll(fromBytes('k', bytes))),
    ),
    { numRuns: 10_000 },
  );
});

test('[ER30] 300 random objects in the place of a blob: opening, reading and writing go on', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.oneof(
        fc.uint8Array({ maxLength: 100 }),
        oddJson.map((json) => toBytes(json as object)),
        fc
          .tuple(fc.array(fc.nat({ max: 20 }), { maxLength: 5 }), fc.option(oddName, { freq: 3 }), oddJson)
          .map((args) => toBytes(broken(...args) as object)),
      ),
      async (bytes) => {
        const bucket = kept();
        await bucket.put('app.global.json', bytes);
        const data = await create({ local: bucket });
        const repo = repoOf(data);
        await repo.getAll();
        await repoOf(data, 'Note').getAll();
        repo.save({ id: 'mine', n: 1 });
        try {
          await data.flush();
        } catch (error) {
          if (!(error instanceof TierSyncError) || error.code !== 'upgrade-needed') throw error;
          expect((await bucket.get('app.global.json')) as object).toMatchObject({ bytes });
          return;
        }
        const again = await create({ local: bucket });
        expect(await repoOf(again).get('mine')).toMatchObject({ n: 1 });
      },
    ),
    { numRuns: 300 },
  );
});

test('[ER30] 3,000 random entities: saved, flushed and read again, each is equal or was refused', async () => {
  const local = kept();
  const data = await create({ local });
  const repo = repoOf(data);
  const texts = new Map<string, string>();
  fc.assert(
    fc.property(anyValue, (value) => {
      const id = repo.save({ value });
      texts.set(id, canonicalText(encodeValue(value)));
    }),
    { numRuns: 3_000 },
  );
  await data.unload();
  const again = repoOf(await create({ local }));
  for (const [id, text] of texts) expect(canonicalText(encodeValue((await again.get(id))?.['value']))).toBe(text);
});
