import { toBytes } from '../../blob/envelope.ts';
import type { Cursor, Horizon } from '../../interfaces/ISharedTier.ts';
import type { WireChange } from '../../protocol/wireChange.ts';

/** One step of the history. */
interface CommitFacts {
  readonly seq: number;
  readonly nonce: string;
  /** The nonce of the commit before. */
  readonly prev: string;
  readonly device: string;
  /** Milliseconds since 1970, by the clock of the device. */
  readonly at: number;
  /** Keys of which this holds everything that is known: what the checkpoint holds of them could not be read. */
  readonly repaired?: readonly string[];
}

export interface InlineCommit extends CommitFacts {
  readonly changes: readonly WireChange[];
}

/** A commit too large for the head: its changes stand in an object of their own. */
export interface LargeCommit extends CommitFacts {
  readonly object: string;
  readonly count: number;
  readonly bytes: number;
}

export type Commit = InlineCommit | LargeCommit;

/** Everything up to a place in the history, as blobs. */
export interface CheckpointRef extends Pick<Cursor, 'seq' | 'nonce'> {
  /** Of the metadata. */
  readonly hash: number;
  /** The name of its index; null: nothing was folded yet. */
  readonly index: string | null;
  readonly horizon: Horizon;
  /** What a version has to know to read it; 1 unless told. Who cannot read all of a cloud writes nothing to it. */
  readonly format?: number;
}

/** The only object that is ever overwritten, always by compare-and-swap. Everything else hangs from it. */
export interface Head {
  readonly lineage: string;
  /** Of this write: two heads are never the same bytes, or a store that compares contents could be deceived. */
  readonly nonce: string;
  readonly seq: number;
  readonly checkpoint: CheckpointRef;
  readonly tail: readonly Commit[];
}

export const noHorizon: Horizon = Object.freeze({ seq: 0, stamp: 0 });

export const furtherHorizon = (a: Horizon, b: Horizon): Horizon => ({
  seq: Math.max(a.seq, b.seq),
  stamp: Math.max(a.stamp, b.stamp),
});

export const headBytes = (head: Head): Uint8Array => toBytes(head, head.checkpoint.format);

/** The head of a history without commits. */
export const firstHead = (lineage: string, nonce: string): Head => ({
  lineage,
  nonce,
  seq: 0,
  checkpoint: { seq: 0, nonce, hash: 0, index: null, horizon: noHorizon },
  tail: [],
});

/** The nonce of the commit with that number, as far as the head remembers. */
export const nonceAt = ({ checkpoint, tail }: Head, seq: number): string | undefined =>
  seq === checkpoint.seq ? checkpoint.nonce : tail[seq - checkpoint.seq - 1]?.nonce;

export const cursorOf = (head: Head): Cursor => ({
  lineage: head.lineage,
  seq: head.seq,
  nonce: nonceAt(head, head.seq) as string,
});

export const isSameCursor = (a: Cursor, b: Cursor): boolean =>
  a.lineage === b.lineage && a.seq === b.seq && a.nonce === b.nonce;

/** How far the changes in the head lead back: to the cursor, or not. */
export function reachOf(cursor: Cursor | null, head: Head): 'since' | 'behind' | 'first' {
  if (cursor === null || cursor.lineage !== head.lineage) return 'first';
  if (cursor.seq < head.checkpoint.seq) return 'behind';
  // A head that was set back has no commit there, or another one.
  return nonceAt(head, cursor.seq) === cursor.nonce ? 'since' : 'first';
}

/** The head with one commit more. */
export const withCommit = (head: Head, commit: Commit): Head => ({
  ...head,
  nonce: commit.nonce,
  seq: commit.seq,
  tail: [...head.tail, commit],
});

/** The head after the commits up to the checkpoint were folded into it; those that arrived meanwhile stay. */
export const withCheckpoint = (head: Head, checkpoint: CheckpointRef, nonce: string): Head => ({
  ...head,
  nonce,
  checkpoint,
  tail: head.tail.filter(({ seq }) => seq > checkpoint.seq),
});

/** The head as it was when that commit was the last one, which has to be the checkpoint's or in the tail. */
export const asOf = (head: Head, seq: number): Head => ({
  ...head,
  seq,
  tail: head.tail.filter((commit) => commit.seq <= seq),
});

/** How much of a tail stays at most when the rest is folded, as shares. The latest commit may have more bytes. */
const kept = { commits: 1 / 4, bytes: 1 / 16, latestBytes: 1 };

/**
 * The head as it was before its latest commits. Those are not folded yet: who has seen everything but them goes on from
 * there, and need not compare whole keys. A repair is folded as soon as it can be.
 */
export function beforeLatest(head: Head, limits: { readonly tailBytes: number; readonly tailCommits: number }): Head {
  const most = Math.min(head.tail.length - 1, Math.floor(limits.tailCommits * kept.commits));
  let count = 0;
  let bytes = 0;
  for (const commit of [...head.tail].reverse()) {
    bytes += 'object' in commit ? commit.bytes : JSON.stringify(commit.changes).length;
    const isLarge = bytes > limits.tailBytes * (count === 0 ? kept.latestBytes : kept.bytes);
    if (count >= most || isLarge || commit.repaired !== undefined) break;
    count += 1;
  }
  return asOf(head, head.seq - count);
}

/** The names of the objects that the tail refers to. */
export const objectsInTail = ({ tail }: Head): string[] =>
  tail.flatMap((commit) => ('object' in commit ? [commit.object] : []));

/**
 * Whether the tail, wherever its changes stand, holds more than it should. `size` is that of the head in bytes. The latest
 * commit weighs nothing in an object of its own: it would not be folded yet.
 */
export function isTailFull(
  { tail }: Head,
  size: number,
  limits: { readonly tailBytes: number; readonly tailCommits: number },
): boolean {
  const isLight = (commit: LargeCommit): boolean => commit === tail.at(-1) && commit.bytes <= limits.tailBytes;
  const bytes = tail.reduce((sum, commit) => sum + ('object' in commit && !isLight(commit) ? commit.bytes : 0), size);
  return tail.length > 0 && (bytes > limits.tailBytes || tail.length >= limits.tailCommits);
}

/**
 * - `done`: the head shows the commit, or the checkpoint was made of it.
 * - `never`: another commit stands in its place, and it can come no more.
 * - `unknown`: the place was folded, and nothing tells whose it was.
 */
export function fateOf(commit: Commit, lineage: string, head: Head): 'done' | 'never' | 'unknown' {
  if (head.lineage !== lineage || head.seq < commit.seq) return 'never';
  if (commit.seq < head.checkpoint.seq) return 'unknown';
  const there = head.tail.find(({ seq }) => seq === commit.seq);
  const isOurs = nonceAt(head, commit.seq) === commit.nonce && (there === undefined || there.device === commit.device);
  return isOurs ? 'done' : 'never';
}
