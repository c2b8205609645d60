import { canonicalText } from '../../blob/canonicalText.ts';
import type { BucketSettings } from '../../interfaces/BucketSettings.ts';
import type { Change } from '../../interfaces/ITier.ts';
import { toWire } from '../../protocol/wireChange.ts';
import { type Commit, type Head, nonceAt } from './head.ts';
import { changesName } from './names.ts';
import { largeChanges } from './SharedBlobs.ts';
import type { Seen, SharedObjects } from './SharedObjects.ts';

export interface CommitOptions {
  readonly nonce: string;
  readonly device: string;
  readonly at: number;
  readonly repaired: readonly string[];
  /** What it is to follow. */
  readonly seen: Seen<Head>;
  readonly settings: BucketSettings;
}

/** The commit that fills the head up may be a little too much: in an object it would cost every reader a request. */
const slack = 1 / 32;
const encoder = new TextEncoder();

/** The next commit. Its changes are put beside the head if they are many, or if the head is full already. */
export async function createCommit(
  changes: readonly Change[],
  { nonce, device, at, repaired, seen, settings }: CommitOptions,
  objects: SharedObjects,
): Promise<Commit> {
  const { value: head, size } = seen;
  const wire = changes.map(toWire);
  const bytes = encoder.encode(canonicalText(wire)).length;
  const facts = {
    seq: head.seq + 1,
    nonce,
    prev: nonceAt(head, head.seq) as string,
    device,
    at,
    ...(repaired.length === 0 ? {} : { repaired }),
  };
  if (bytes <= settings.inlineBytes && size + bytes <= settings.tailBytes * (1 + slack))
    return { ...facts, changes: wire };
  const object = changesName(facts.seq, nonce);
  await objects.put(object, largeChanges(wire));
  return { ...facts, object, count: changes.length, bytes };
}
