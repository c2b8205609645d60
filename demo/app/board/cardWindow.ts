export const rowHeight = 104;
export const editorHeight = 288;
/** Rendered above and below what is seen, so that arrows and quick scrolling find something. */
const spare = 4;

/** Where rows stand in a list of rows of one height, one of which may be open and higher. */
export interface CardWindow {
  readonly first: number;
  /** Behind the last one. */
  readonly end: number;
  readonly height: number;
  top(row: number): number;
}

/** What of a list is worth rendering. `open`: the row that is open, -1 for none. */
export function cardWindow(count: number, open: number, scrolled: number, seen: number): CardWindow {
  const more = open < 0 ? 0 : editorHeight - rowHeight;
  const first = Math.max(0, Math.floor((scrolled - more) / rowHeight) - spare);
  const end = Math.min(count, Math.ceil((scrolled + seen) / rowHeight) + spare);
  return {
    first: Math.min(first, count),
    end,
    height: count * rowHeight + more,
    top: (row) => row * rowHeight + (open >= 0 && row > open ? more : 0),
  };
}
