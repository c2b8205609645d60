import fc from 'fast-check';
import { expect, test } from 'vitest';
import { PlaceMap } from '../../src/util/PlaceMap.ts';
import { placeOf } from '../../src/util/placeOf.ts';

const place = fc.record({ name: fc.constantFrom('A', 'B'), id: fc.constantFrom('1', '2', '3') });
const step = fc.record({ place, value: fc.option(fc.integer()) });

test('[TI38] what is held by name and id is what a map of both would hold, and is counted once', () => {
  fc.assert(
    fc.property(fc.array(step), (steps) => {
      const map = new PlaceMap<number>();
      const plain = new Map<string, number>();
      for (const { place, value } of steps) {
        const { name, id } = place;
        if (value === null) {
          map.delete(name, id);
          plain.delete(placeOf(name, id));
        } else {
          map.set(name, id, value);
          plain.set(placeOf(name, id), value);
        }
        expect(map.size).toBe(plain.size);
        expect(map.get(name, id)).toBe(plain.get(placeOf(name, id)));
        expect(map.has(name, id)).toBe(plain.has(placeOf(name, id)));
      }
      const held = [...map.entries()].map(([name, id, value]) => [placeOf(name, id), value] as const);
      expect(new Map(held)).toEqual(plain);
      expect([...map.values()].length).toBe(plain.size);
      expect([...map.places()].length).toBe(plain.size);
    }),
  );
});
