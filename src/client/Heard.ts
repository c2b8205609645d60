import type { ServerEvent, WireCursor } from '../protocol/messages.ts';
import type { WireChange } from '../protocol/wireChange.ts';
import { isSameView } from './serverCursor.ts';

type ChangesEvent = Extract<ServerEvent, { readonly type: 'changes' }>;

/** More than this is better asked for page by page. */
const changesAtMost = 1_000;

/** What the server has told without being asked, until somebody wants it. */
export class Heard {
  #events: ChangesEvent[] = [];
  #count = 0;

  add(event: ChangesEvent): void {
    this.#events.push(event);
    this.#count += event.changes.length;
    // Those that come after it do not follow on what was seen, so that it is asked for.
    if (this.#count > changesAtMost) this.clear();
  }

  clear(): void {
    this.#events = [];
    this.#count = 0;
  }

  /** All that follows on a cursor without a gap, given once. Null: there is nothing, or something is missing. */
  since(cursor: WireCursor): { readonly cursor: WireCursor; readonly changes: readonly WireChange[] } | null {
    const events = this.#events;
    this.clear();
    let reached = cursor;
    const changes: WireChange[] = [];
    for (const event of events) {
      if (!isSameView(event.cursor, cursor) || event.after > reached.seq) return null;
      if (event.cursor.seq <= reached.seq) continue;
      for (const change of event.changes) changes.push(change);
      reached = event.cursor;
    }
    return reached === cursor ? null : { cursor: reached, changes };
  }
}
