import type { Horizon } from '../interfaces/ISharedTier.ts';
import type { PullAnswer, WireCursor } from '../protocol/messages.ts';

/** What can be said to somebody who comes back with a cursor, and what counts as forgotten for them. */
export function reachOf(
  given: WireCursor | null,
  now: WireCursor,
  horizon: Horizon,
): Pick<PullAnswer, 'reach' | 'horizon'> {
  if (given === null || given.lineage !== now.lineage || given.seq > now.seq) return { reach: 'first', horizon };
  // With other permissions nobody can say what is gone: whatever is not there any more may have been forgotten until now.
  if (given.view !== now.view) return { reach: 'behind', horizon: { ...horizon, seq: now.seq } };
  return { reach: given.seq < horizon.seq ? 'behind' : 'since', horizon };
}
