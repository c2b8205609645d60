import { type CheckpointIndex, metadataOf } from '../tiers/bucket/checkpointIndex.ts';
import { type Commit, furtherHorizon, type Head } from '../tiers/bucket/head.ts';
import { checkpointRef } from '../tiers/bucket/indexedParts.ts';
import type { CloudLook } from './CloudLook.ts';
import type { FoundCommit } from './findIndex.ts';

/**
 * Whether commits, or blobs that an index knew, are gone: then nobody's cursor says any more what is here. The sum in the
 * head tells of an index that was put together whether it is what stood there.
 */
export const isLossy = ({ head, index, tail }: CloudLook): boolean =>
  head === null || tail.some(({ changes }) => changes === null) || metadataOf(index).hash !== head.checkpoint.hash;

export interface NewIndex {
  readonly name: string;
  readonly index: CheckpointIndex;
}

/**
 * The head that leads to an index made anew. Where something is gone the history gets another name: every device then
 * compares all that it holds, brings what the cloud lacks, and deletes nothing.
 */
export function mendedHead(look: CloudLook, { name, index }: NewIndex, createNonce: () => string): Head {
  const { head, tail } = look;
  const lineage = head === null || isLossy(look) ? createNonce() : head.lineage;
  if (head === null) return headOver(lineage, { name, index }, tail, createNonce);
  const { format: _before, ...checkpoint } = head.checkpoint;
  const horizon = furtherHorizon(checkpoint.horizon, index.horizon);
  return {
    ...head,
    lineage,
    nonce: createNonce(),
    checkpoint: { ...checkpoint, ...checkpointRef(name, index), horizon },
    tail: tail.map(({ commit, changes }) => (changes === null ? emptied(commit) : commit)),
  };
}

function headOver(
  lineage: string,
  { name, index }: NewIndex,
  tail: readonly FoundCommit[],
  createNonce: () => string,
): Head {
  const nonce = createNonce();
  const commits = tail.map(({ commit }, i) => ({ ...commit, prev: tail[i - 1]?.commit.nonce ?? nonce }));
  return {
    lineage,
    nonce: createNonce(),
    seq: index.seq + commits.length,
    checkpoint: { ...checkpointRef(name, index), seq: index.seq, nonce },
    tail: commits,
  };
}

/** In its place of the history, without what is gone. */
function emptied({ seq, nonce, prev, device, at, repaired }: Commit): Commit {
  return { seq, nonce, prev, device, at, ...(repaired === undefined ? {} : { repaired }), changes: [] };
}
