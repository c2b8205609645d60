import type { KeyDraft } from '../blob/KeyDraft.ts';
import type { KeySummary } from '../interfaces/Metadata.ts';

export type Summaries = ReadonlyMap<string, KeySummary>;

/** Is told of each write of a tier, and of writes of others that the tier finds when it reads its index. */
export interface Witness {
  /** `before`: what the index said of these keys. */
  stored(drafts: ReadonlyMap<string, KeyDraft>, before: Summaries): void;
  /** What stands beside the keys was written. */
  noted(): void;
  cleared(): void;
  /** The index was read again: what it said when it was last seen here, and what it says. */
  compare(before: Summaries, after: Summaries): void;
}
