import type { Tile } from './layTiles.ts';

const gap = 1.5;
/** Where tiles are small, the gap is this part of them. */
const gapShare = 0.09;
const roundness = 4;
/** Nobody sees the corners of what is smaller. */
const plainBelow = 6;

/** The part of a tile that is drawn: neighbours do not touch. */
export function inner({ x, y, width, height }: Tile): Tile {
  const inset = Math.min(gap, width * gapShare, height * gapShare);
  return { x: x + inset, y: y + inset, width: width - 2 * inset, height: height - 2 * inset };
}

/** Many tiles as the path of one element: a thousand keys are no more work for a page than one. */
export function tilePath(tiles: Iterable<Tile>): string {
  let path = '';
  for (const tile of tiles) {
    const { x, y, width, height } = inner(tile);
    if (Math.min(width, height) < plainBelow) {
      path += `M${short(x)} ${short(y)}h${short(width)}v${short(height)}h${short(-width)}z`;
      continue;
    }
    const r = Math.min(roundness, width / 3, height / 3);
    const arc = (dx: number, dy: number): string => `a${short(r)} ${short(r)} 0 0 1 ${short(dx)} ${short(dy)}`;
    const [w, h] = [width - 2 * r, height - 2 * r];
    path += `M${short(x + r)} ${short(y)}h${short(w)}${arc(r, r)}v${short(h)}${arc(-r, r)}`;
    path += `h${short(-w)}${arc(-r, -r)}v${short(-h)}${arc(r, -r)}z`;
  }
  return path;
}

const short = (n: number): string => String(Math.round(n * 100) / 100);
