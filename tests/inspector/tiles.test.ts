import fc from 'fast-check';
import type { InspectedKey } from 'tiersync';
import { expect, test } from 'vitest';
import { tileAt, tileByKey } from '../../src/inspector/tiles/findTile.ts';
import { keyStates } from '../../src/inspector/tiles/keyStates.ts';
import { keyTiles } from '../../src/inspector/tiles/keyTiles.ts';
import { layTiles } from '../../src/inspector/tiles/layTiles.ts';
import { tilePath } from '../../src/inspector/tiles/tilePath.ts';

const area = { width: 300, height: 150 };
const weights = fc.array(fc.integer({ min: 0, max: 1_000_000 }), { minLength: 1, maxLength: 60 });

test('[IN10] tiles fill the map without lying over each other, in the order of their keys', () => {
  fc.assert(
    fc.property(weights, (given) => {
      const tiles = layTiles(given, area);
      expect(tiles).toHaveLength(given.length);
      const covered = tiles.reduce((sum, { width, height }) => sum + width * height, 0);
      expect(covered).toBeCloseTo(area.width * area.height, 3);
      for (const [i, tile] of tiles.entries()) {
        const { x, y, width, height } = tile;
        expect(x + width).toBeLessThanOrEqual(area.width + 1e-6);
        expect(y + height).toBeLessThanOrEqual(area.height + 1e-6);
        const next = tiles[i + 1];
        if (next === undefined) continue;
        const isBeside = Math.abs(next.y - y) < 1e-9 && Math.abs(next.x - (x + width)) < 1e-6;
        const isBelow = next.x === 0 && Math.abs(next.y - (y + height)) < 1e-6;
        expect(isBeside || isBelow).toBe(true);
      }
    }),
  );
});

test('[IN10] a tile is as large as its key, and never too small to be seen', () => {
  const tiles = layTiles([100, 200, 400, 0], area).map(({ width, height }) => width * height);
  expect(tiles[1]! / tiles[0]!).toBeCloseTo(2);
  expect(tiles[2]! / tiles[1]!).toBeCloseTo(2);
  expect(tiles[3]).toBeGreaterThan((area.width * area.height) / 64);
});

test('[IN10] what is at a point is the tile that covers it, and arrows lead to neighbours', () => {
  fc.assert(
    fc.property(weights, (given) => {
      const tiles = layTiles(given, area);
      for (const [i, { x, y, width, height }] of tiles.entries()) {
        expect(tileAt(tiles, x + width / 2, y + height / 2)).toBe(i);
        expect(tileByKey(tiles, i, 'ArrowRight')).toBe(Math.min(i + 1, tiles.length - 1));
        const below = tiles[tileByKey(tiles, i, 'ArrowDown')!]!;
        expect(below.y).toBeGreaterThanOrEqual(y);
        const above = tiles[tileByKey(tiles, i, 'ArrowUp')!]!;
        expect(above.y).toBeLessThanOrEqual(y);
      }
      expect(tileAt(tiles, 301, 10)).toBeNull();
      expect(tileAt(tiles, 10, -1)).toBeNull();
    }),
  );
  expect(tileByKey([], 0, 'End')).toBeNull();
  expect(tileByKey(layTiles([1, 1], area), 0, 'a')).toBeNull();
});

test('[IN10] any number of tiles is one path of closed shapes', () => {
  const tiles = layTiles(
    Array.from({ length: 1_500 }, (_, i) => i % 40),
    area,
  );
  const path = tilePath(tiles);
  expect(path.match(/M/g)).toHaveLength(1_500);
  expect(path.match(/z/g)).toHaveLength(1_500);
  expect(path).not.toContain('NaN');
});

const key = (more: Partial<InspectedKey>): InspectedKey => ({
  ...{ hash: 7, hashBelow: 7, entities: 1, deletions: 0, evicted: 0, bytes: 100, waiting: 0, isWhole: true },
  ...more,
});
const of = (found: InspectedKey | null): Map<string, InspectedKey> => new Map(found === null ? [] : [['k', found]]);
const states = (memory: InspectedKey | null, local: InspectedKey | null, cloud: InspectedKey | null | undefined) =>
  Object.values(
    keyStates('k', { memory: of(memory), local: of(local), cloud: cloud === undefined ? null : of(cloud) }),
  ).join(' ');

test('[IN9] the colour of a key says how it stands with the tier beside it, by the hashes', () => {
  const cloud = key({ hashBelow: null });
  expect(states(key({}), key({}), cloud)).toBe('same same same');
  expect(states(null, key({}), cloud)).toBe('absent same same');
  expect(states(null, null, cloud)).toBe('absent absent alone');
  expect(states(key({ hashBelow: null, waiting: 1 }), key({}), cloud)).toBe('waiting same same');
  expect(states(key({ hash: 8, hashBelow: 8 }), key({ hash: 8, waiting: 1 }), cloud)).toBe('same waiting waiting');
  expect(states(key({ hash: 8, hashBelow: 8 }), key({ hash: 8, waiting: 1 }), key({ hash: 9 }))).toBe(
    'same waiting apart',
  );
  expect(states(key({}), key({}), key({ hash: 9 }))).toBe('same apart apart');
  expect(states(key({ hash: 5, hashBelow: 5 }), key({}), cloud)).toBe('apart same same');
  expect(states(key({ isWhole: false, hashBelow: null }), key({}), cloud)).toBe('partly same same');
  expect(states(key({}), key({ isWhole: false }), key({ hash: 9 }))).toBe('same partly apart');
  expect(states(key({}), key({ hashBelow: 0 }), null)).toBe('same same absent');
  expect(states(key({}), key({ waiting: 1 }), null)).toBe('same waiting absent');
  expect(states(key({}), key({}), null)).toBe('same apart absent');
});

test('[IN9] what nobody has looked at is compared with nothing', () => {
  expect(states(key({}), key({}), undefined)).toBe('same same unseen');
  expect(states(key({}), key({ waiting: 2 }), undefined)).toBe('same waiting unseen');
  const alone = { memory: of(key({ hashBelow: null })), local: null, cloud: null };
  expect(keyStates('k', alone)).toEqual({ memory: 'alone', local: 'unseen', cloud: 'unseen' });
});

test('[IN10] a key counts by its bytes where they are known, and by its entities where they are not', () => {
  const unknown = key({ bytes: null, entities: 3, evicted: 1 });
  const tiers = { memory: new Map(), local: new Map([['b', unknown]]), cloud: new Map([['a', key({})]]) };
  expect(keyTiles(tiers).map(({ key: name, bytes }) => [name, bytes])).toEqual([
    ['a', 100],
    ['b', 1_200],
  ]);
  expect(keyTiles(tiers, { b: { bytes: 50 } })[1]?.bytes).toBe(50);
});
