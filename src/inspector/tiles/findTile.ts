import type { Tile } from './layTiles.ts';

/** The tile at a point; null: there is none. Tiles lie in rows, so few are looked at. */
export function tileAt(tiles: readonly Tile[], x: number, y: number): number | null {
  let low = 0;
  let high = tiles.length;
  const isBefore = (tile: Tile): boolean => tile.y + tile.height <= y || (tile.y <= y && tile.x + tile.width <= x);
  while (low < high) {
    const middle = (low + high) >> 1;
    if (isBefore(tiles[middle] as Tile)) low = middle + 1;
    else high = middle;
  }
  const found = tiles[low];
  return found !== undefined && found.x <= x && found.y <= y ? low : null;
}

/** Where a key of the keyboard leads from a tile; null: that key leads nowhere. */
export function tileByKey(tiles: readonly Tile[], from: number, key: string): number | null {
  const last = tiles.length - 1;
  const tile = tiles[from];
  if (tile === undefined) return null;
  const middle = tile.x + tile.width / 2;
  if (key === 'ArrowLeft') return Math.max(0, from - 1);
  if (key === 'ArrowRight') return Math.min(last, from + 1);
  if (key === 'Home') return 0;
  if (key === 'End') return last;
  if (key === 'ArrowUp') return tileAt(tiles, middle, tile.y - 0.5) ?? from;
  // The last row may end before the middle of what is above it.
  if (key === 'ArrowDown') return tileAt(tiles, middle, tile.y + tile.height + 0.5) ?? from;
  return null;
}
