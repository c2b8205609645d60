import fc from 'fast-check';
import { type EntityKeyData, type IPersistence, MemoryBucket, MemoryStore } from 'tiersync';
import { compressed } from 'tiersync/adapters/compressed';
import { encrypted } from 'tiersync/adapters/encrypted';
import { retrying } from 'tiersync/adapters/retrying';
import { expect, test } from 'vitest';
import { decodeValue } from '../../src/blob/decodeValue.ts';
import { encodeValue } from '../../src/blob/encodeValue.ts';
import { fromBytes, toBytes } from '../../src/blob/envelope.ts';
import { key, orders, read } from './support.ts';

const name = fc.string({ unit: 'binary', minLength: 1, maxLength: 20 }).filter((text) => text !== '$encryption');
/** Bytes of all kinds: noise, what repeats, and what begins as ours do. */
const piece = fc.oneof(
  fc.uint8Array({ maxLength: 300 }),
  fc.tuple(fc.uint8Array({ minLength: 1, maxLength: 8 }), fc.nat(400)).map(([one, times]) => repeat(one, times)),
  fc
    .constantFrom('tiersync-compressed 1\n', 'tiersync-encrypted 1\n', 'tiersync-compressed 7\n\u0001')
    .map((text) => new TextEncoder().encode(text)),
);
const content = fc.array(piece, { maxLength: 5 }).map((pieces) => Uint8Array.from(pieces.flatMap((one) => [...one])));

const repeat = (one: Uint8Array, times: number): Uint8Array =>
  Uint8Array.from({ length: one.length * times }, (_, i) => one[i % one.length]!);

for (const [order, wrap] of Object.entries(orders)) {
  test(`[WR5] ${order}: any bytes under any name come back, also through a new wrapper`, async () => {
    const store = new MemoryBucket();
    const bucket = wrap(store);
    await fc.assert(
      fc.asyncProperty(name, content, async (each, bytes) => {
        await bucket.put(each, bytes);
        expect((await read(bucket, each)).bytes).toEqual(bytes);
        expect((await read(wrap(store), each)).bytes).toEqual(bytes);
      }),
      { numRuns: 100 },
    );
  });
}

/** Values as an app may save them: what JSON loses is in them too. */
const value = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    fc.string({ unit: 'binary' }),
    fc.double(),
    fc.boolean(),
    fc.bigInt(),
    fc.date({ noInvalidDate: true }),
    fc.uint8Array(),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(
      fc.string().filter((field) => field !== '__proto__'),
      tie('value'),
      { maxKeys: 4, noNullPrototype: true },
    ),
  ),
})).value;

const persistenceOrders: { readonly [order: string]: (inner: IPersistence) => IPersistence } = {
  encrypted: (inner) => encrypted(inner, { key, hideNames: true }),
  'compressed, encrypted': (inner) => compressed(encrypted(inner, { key }), { minBytes: 1 }),
  'compressed, encrypted, retrying': (inner) => compressed(encrypted(retrying(inner), { key }), { minBytes: 1 }),
};

for (const [order, wrap] of Object.entries(persistenceOrders)) {
  test(`[WR5] ${order}: any value of an app comes back, byte for byte, in a bucket and in a persistence`, async () => {
    const persistence = wrap(new MemoryStore());
    const bucket = (orders[order] as (typeof orders)[string])(new MemoryBucket());
    await fc.assert(
      fc.asyncProperty(value, async (each) => {
        const blob = { Note: { 'g.1': { id: 'g.1', value: encodeValue(each) } } } as unknown as EntityKeyData;
        await persistence.storeData('app.g', blob);
        await bucket.put('app/g', toBytes(blob));
        const loaded = await persistence.loadData('app.g');
        expect(loaded).toEqual(blob);
        expect(fromBytes('g', (await read(bucket, 'app/g')).bytes)).toEqual(blob);
        const stored = (loaded as unknown as { Note: { 'g.1': { value: never } } }).Note['g.1'].value;
        expect(toBytes({ value: encodeValue(decodeValue(stored)) })).toEqual(toBytes({ value: encodeValue(each) }));
      }),
      { numRuns: 200 },
    );
  });
}
