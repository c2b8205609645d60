export interface Tile {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

interface Area {
  readonly width: number;
  readonly height: number;
}

/** What weighs less than this part of the mean is drawn as if it weighed that much: it has to be seen, and hit. */
const least = 1 / 8;

/**
 * Fills an area with one tile for each weight, row by row and in the order given, as text is set: a tile stays about where
 * it was while weights change, and neighbours in name are neighbours on the map.
 */
export function layTiles(weights: readonly number[], { width, height }: Area): readonly Tile[] {
  const sum = weights.reduce((total, weight) => total + weight, 0);
  const floor = sum === 0 ? 1 : (sum / weights.length) * least;
  const seen = weights.map((weight) => Math.max(weight, floor));
  const scale = (width * height) / seen.reduce((total, weight) => total + weight, 0);
  const tiles: Tile[] = [];
  let y = 0;
  for (const row of rowsOf(
    seen.map((weight) => weight * scale),
    width,
  )) {
    const rowHeight = row.reduce((total, area) => total + area, 0) / width;
    let x = 0;
    for (const area of row) {
      const tileWidth = area / rowHeight;
      tiles.push({ x, y, width: tileWidth, height: rowHeight });
      x += tileWidth;
    }
    y += rowHeight;
  }
  return tiles;
}

/** A row takes tiles for as long as that makes them squarer, all in all. */
function rowsOf(areas: readonly number[], width: number): number[][] {
  const rows: number[][] = [];
  let row: number[] = [];
  for (const area of areas) {
    const longer = [...row, area];
    if (row.length > 0 && meanRatio(longer, width) > meanRatio(row, width)) {
      rows.push(row);
      row = [area];
    } else row = longer;
  }
  if (row.length > 0) rows.push(row);
  return withoutRest(rows, width);
}

/** What is left for the last row may be no more than a sliver: then the row before takes it in. */
function withoutRest(rows: number[][], width: number): number[][] {
  const [before, last] = rows.slice(-2);
  if (before === undefined || last === undefined) return rows;
  const both = [...before, ...last];
  const apart = meanRatio(before, width) * before.length + meanRatio(last, width) * last.length;
  return meanRatio(both, width) * both.length < apart ? [...rows.slice(0, -2), both] : rows;
}

function meanRatio(row: readonly number[], width: number): number {
  const height = row.reduce((total, area) => total + area, 0) / width;
  const ratios = row.map((area) => Math.max(height / (area / height), area / height / height));
  return ratios.reduce((total, ratio) => total + ratio, 0) / row.length;
}
