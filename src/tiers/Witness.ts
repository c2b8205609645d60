import type { KeyDraft } from '../blob/KeyDraft.ts';
import type { KeySummary } from '../interfaces/Metadata.ts';

export type Summaries = ReadonlyMap<string, KeySummary>;

/** Who is told of what a tier stores, and of what others turn out to have stored in it. */
export interface Witness {
  /** `before`: what the index said of these keys. */
  stored(drafts: ReadonlyMap<string, KeyDraft>, before: Summaries): void;
  /** What stands beside the keys was written. */
  noted(): void;
  cleared(): void;
  /** The index was read again: what it said when it was last seen here, and what it says. */
  compare(before: Summaries, after: Summaries): void;
}
