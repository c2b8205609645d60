import fc from 'fast-check';
import { expect, test } from 'vitest';
import { canonicalText } from '../../src/blob/canonicalText.ts';
import type { JsonValue } from '../../src/interfaces/EntityKeyData.ts';
import { mergeFields } from '../../src/reconcile/mergeFields.ts';
import { isoOf } from '../blob/support.ts';
import { editOf, storedTree } from './support.ts';

type Stored = { readonly [field: string]: JsonValue };
const runs = { numRuns: 5_000 };
/** Two edits of one value. */
const threeVersions = storedTree.chain((base) =>
  fc.tuple(fc.constant(base), editOf(base, storedTree), editOf(base, storedTree)),
);
const merge = (base: Stored, local: Stored, remote: Stored, localIsLater = true): Stored =>
  mergeFields(base, local, remote, localIsLater);
const textOf = (value: JsonValue | undefined): string => (value === undefined ? 'none' : canonicalText(value));

test('[CF10] a field that one side changed, added or removed is taken from that side', () => {
  const base = { kept: 1, ofLocal: 1, ofRemote: 1, removedHere: 1, removedThere: 1, inner: { a: 1, b: 1, c: 1 } };
  const local = { ...base, ofLocal: 2, addedHere: 1, removedHere: undefined, inner: { a: 2, b: 1, c: 1 } };
  const remote = { ...base, ofRemote: 2, addedThere: 1, removedThere: undefined, inner: { a: 1, b: 1 } };
  for (const localIsLater of [true, false]) {
    expect(mergeFields(base, local, remote, localIsLater)).toEqual({
      kept: 1,
      ofLocal: 2,
      ofRemote: 2,
      addedHere: 1,
      addedThere: 1,
      inner: { a: 2, b: 1 },
    });
  }
});

test('[CF10] what only one side changed is that side', () => {
  fc.assert(
    fc.property(storedTree, storedTree, fc.boolean(), (base, edited, localIsLater) => {
      expect(canonicalText(merge(base, edited, base, localIsLater))).toBe(canonicalText(edited));
      expect(canonicalText(merge(base, base, edited, localIsLater))).toBe(canonicalText(edited));
    }),
    runs,
  );
});

test('[CF11] a field that both changed: the same, merged within, or of the later side', () => {
  const base = { same: 1, apart: 1, inner: { a: 1, b: 1 }, edge: { a: 1 }, kind: 1 };
  const local = { same: 2, apart: 2, inner: { a: 2, b: 2 }, edge: { a: 2 }, kind: { a: 1 }, both: { a: 1 } };
  const remote = { same: 2, apart: 3, inner: { a: 2, b: 3, c: 3 }, kind: { b: 1 }, both: { b: 1 } };
  const agreed = { same: 2, kind: { a: 1, b: 1 }, both: { a: 1, b: 1 } };
  const ofLocal = { ...agreed, apart: 2, inner: { a: 2, b: 2, c: 3 }, edge: { a: 2 } };
  const ofRemote = { ...agreed, apart: 3, inner: { a: 2, b: 3, c: 3 } };
  expect(merge(base, local, remote, true)).toEqual(ofLocal);
  expect(merge(base, local, remote, false)).toEqual(ofRemote);
});

test('[CF11] each field of the result is told by its three values alone', () => {
  let bothChanged = 0;
  const leaf = fc.constantFrom<JsonValue>(1, 2, 'a', null, [1], [1, 2], { $date: isoOf(1) }, { $date: isoOf(2) });
  const flat = fc.dictionary(fc.constantFrom('a', 'b', 'c', 'constructor'), leaf);
  fc.assert(
    fc.property(flat, flat, flat, fc.boolean(), (base, local, remote, localIsLater) => {
      const merged = merge(base, local, remote, localIsLater);
      for (const name of ['a', 'b', 'c', 'constructor']) {
        const [old, ours, theirs] = [base, local, remote].map((side) =>
          textOf(Object.hasOwn(side, name) ? side[name] : undefined),
        );
        if (old !== ours && old !== theirs && ours !== theirs) bothChanged += 1;
        const later = localIsLater ? ours : theirs;
        const expected = ours === theirs ? ours : old === ours ? theirs : old === theirs ? ours : later;
        expect(textOf(Object.hasOwn(merged, name) ? merged[name] : undefined)).toBe(expected);
      }
    }),
    runs,
  );
  expect(bothChanged).toBeGreaterThan(500);
});

test('[CF12] arrays and tagged values are taken as a whole', () => {
  const [one, two] = [isoOf(1), isoOf(2)];
  const base = { list: [{ a: 1, b: 1 }], date: { $date: one }, kind: { $date: one }, odd: { $later: { a: 1, b: 1 } } };
  const local = { list: [{ a: 2, b: 1 }], date: { $date: two }, kind: { $date: two }, odd: { $later: { a: 2, b: 1 } } };
  const remote = { list: [{ a: 1, b: 2 }], date: { x: 1 }, kind: { $bytes: 'AQ==' }, odd: { $later: { a: 1, b: 2 } } };
  expect(merge(base, local, remote, true)).toEqual(local);
  expect(merge(base, local, remote, false)).toEqual(remote);
});

test('[CF12] fields of the app that begin with $ are merged within, as they are stored with two', () => {
  const base = { box: { $$date: 1, b: 1 } };
  expect(merge(base, { box: { $$date: 2, b: 1 } }, { box: { $$date: 1, b: 2 } })).toEqual({ box: { $$date: 2, b: 2 } });
});

test('[CF13] two devices that merge the same versions with roles swapped make the same', () => {
  let different = 0;
  fc.assert(
    fc.property(threeVersions, fc.boolean(), ([base, local, remote], localIsLater) => {
      const here = canonicalText(merge(base, local, remote, localIsLater));
      if (here !== canonicalText(local) && here !== canonicalText(remote)) different += 1;
      expect(here).toBe(canonicalText(merge(base, remote, local, !localIsLater)));
    }),
    runs,
  );
  expect(different).toBeGreaterThan(500);
});

test('[CF14] the fields of the engine take no part in a merge', () => {
  const engine = { id: 'x', createdAt: isoOf(0), updatedAt: isoOf(1), version: 1 };
  const later = { ...engine, updatedAt: isoOf(2), version: 2 };
  const inner = { version: 7, id: 'y' };
  expect(merge({ ...engine, a: 1 }, { ...later, a: 1, inner }, { ...engine, a: 2 })).toEqual({ a: 2, inner });
});

test('[CF14] a field named like a prototype stays a field', () => {
  const hostile = JSON.parse('{"__proto__":{"bad":1},"constructor":1}') as Stored;
  const merged = merge({}, hostile, { a: 1 });
  expect(Object.keys(merged).sort()).toEqual(['__proto__', 'a', 'constructor']);
  expect(Object.getPrototypeOf(merged)).toBe(Object.prototype);
});
