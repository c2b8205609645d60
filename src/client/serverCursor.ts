import type { Cursor } from '../interfaces/ISharedTier.ts';
import type { WireCursor } from '../protocol/messages.ts';

/** So that the cursor of another kind of cloud is not taken for one of ours. */
const kind = 'server:';

export const cursorOf = ({ lineage, view, seq }: WireCursor): Cursor => ({
  lineage: kind + lineage,
  seq,
  nonce: view,
});

/** The inverse. Null: it is of another kind of cloud, or there is none. */
export function wireOf(cursor: Cursor | null): WireCursor | null {
  if (cursor === null || !cursor.lineage.startsWith(kind)) return null;
  return { lineage: cursor.lineage.slice(kind.length), view: cursor.nonce, seq: cursor.seq };
}

/** Whether what is read at one of them is of the same history, and of what the same permissions show of it. */
export const isSameView = (a: WireCursor, b: WireCursor): boolean => a.lineage === b.lineage && a.view === b.view;
