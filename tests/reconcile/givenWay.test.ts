import fc from 'fast-check';
import { expect, test } from 'vitest';
import { diffCalculator } from '../../src/reconcile/diffCalculator.ts';
import { type Fields, readField } from '../../src/reconcile/fields.ts';
import { broughtBack, lostIn } from '../../src/reconcile/givenWay.ts';
import { mergeFields } from '../../src/reconcile/mergeFields.ts';
import { sameValue } from '../../src/reconcile/sameValue.ts';
import { editOf, plainTree } from './support.ts';

const runs = { numRuns: 1_000 };
/** What both started from, two edits of it, and an edit of what became of them. */
const someStory = plainTree.chain((base) =>
  fc.tuple(fc.constant(base), editOf(base, plainTree), editOf(base, plainTree), fc.boolean()),
);
const valueAt = (value: unknown, path: readonly (string | number)[]): unknown =>
  path.reduce(
    (at, name) => (typeof at === 'object' && at !== null ? readField(at as Fields, String(name)) : undefined),
    value,
  );

test('[CF26] what a merge takes from one side are the fields that both changed, and it takes them from one side only', () => {
  fc.assert(
    fc.property(someStory, ([base, local, remote, localIsLater]) => {
      const winner = mergeFields(base, local, remote, localIsLater);
      const [later, earlier] = localIsLater ? [local, remote] : [remote, local];
      expect(lostIn({ base, version: later, winner })).toEqual([]);
      for (const path of lostIn({ base, version: earlier, winner })) {
        const [old, had, has] = [base, earlier, winner].map((value) => valueAt(value, path));
        expect([sameValue(old, had), sameValue(had, has), sameValue(has, valueAt(later, path))]).toEqual([
          false,
          false,
          true,
        ]);
      }
    }),
    runs,
  );
});

test('[CF26] what was lost is brought back where nothing else was, and what was not lost stays as it is', () => {
  fc.assert(
    fc.property(someStory, ([base, version, winner, isKnown]) => {
      const given = { base: isKnown ? base : undefined, version, winner };
      const lost = lostIn(given);
      const back = broughtBack(given, winner) as Fields;
      for (const path of lost) expect(sameValue(valueAt(back, path), valueAt(version, path))).toBe(true);
      const { set, unset } = diffCalculator.diff(winner, back);
      const changed = [...set.map(({ path }) => path), ...unset];
      const isLost = (path: readonly (string | number)[]): boolean =>
        lost.some((one) => one.every((name, i) => path[i] === name) || path.every((name, i) => one[i] === name));
      expect(changed.filter((path) => !isLost(path))).toEqual([]);
      if (!isKnown) expect(sameValue(back, version)).toBe(true);
      expect(lostIn({ ...given, winner: back })).toEqual([]);
    }),
    runs,
  );
});

test('[CF26] a deletion, and what was deleted, is lost as a whole', () => {
  const version = { title: 'here', size: 1 };
  expect(lostIn({ base: {}, version, winner: null })).toEqual([[]]);
  expect(lostIn({ base: {}, version: null, winner: version })).toEqual([[]]);
  expect(lostIn({ base: {}, version: null, winner: null })).toEqual([]);
  expect(broughtBack({ base: {}, version: null, winner: version }, version)).toBeNull();
  expect(broughtBack({ base: {}, version, winner: null }, null)).toBe(version);
  const since = { title: 'created anew', more: 1 };
  expect(broughtBack({ base: { size: 1 }, version, winner: null }, since)).toEqual({ title: 'here', more: 1 });
});

test('[CF26] where something else stands now than what was looked into, all of it is brought back', () => {
  const given = { base: { at: { x: 0, y: 0 } }, version: { at: { x: 1, y: 0 } }, winner: { at: { x: 2, y: 0 } } };
  expect(broughtBack(given, { at: { x: 3, y: 5 } })).toEqual({ at: { x: 1, y: 5 } });
  expect(broughtBack(given, { at: 'elsewhere' })).toEqual({ at: { x: 1, y: 0 } });
  expect(broughtBack(given, {})).toEqual({ at: { x: 1, y: 0 } });
});
