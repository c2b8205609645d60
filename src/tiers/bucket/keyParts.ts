import { addHash } from '../../blob/hash.ts';
import { countOf } from '../../blob/indexCounts.ts';
import type { KeyDataDraft } from '../../blob/keyData.ts';
import { joinPages, pageCount, recordsAtFirst, splitPages } from '../../blob/pages.ts';
import type { KeySummary, NameSummary } from '../../interfaces/Metadata.ts';
import type { IndexedKey, IndexedPart } from './checkpointIndex.ts';

/** How many parts a key is to be in, that is in these now. `most`: how many records one of them may hold. */
export function partCount(parts: readonly KeySummary[], most: number): number {
  const counts = parts.map(countOf);
  const records = counts.reduce((sum, count) => sum + count, 0);
  if (counts.some((count) => count > most)) return pageCount(records, parts.length, most);
  return records > recordsAtFirst(most) ? parts.length : 1;
}

/** A key dealt anew. What is of no id, as only another version knows it, stands in the first part. */
export function dealParts(parts: readonly KeyDataDraft[], count: number): readonly KeyDataDraft[] {
  const rests = parts.map((part) => splitPages(part, 1).head.rest);
  const rest: KeyDataDraft = Object.assign({}, ...rests, { $: Object.assign({}, ...rests.map(({ $ }) => $)) });
  const whole = joinPages(rest, parts);
  if (count === 1) return [whole];
  const { head, pages } = splitPages(whole, count);
  const [first, ...others] = pages as [KeyDataDraft, ...KeyDataDraft[]];
  return [joinPages(head.rest, [first]), ...others];
}

export const entryOfParts = (parts: readonly IndexedPart[]): IndexedKey =>
  parts.length === 1
    ? (parts[0] as IndexedPart)
    : { pages: parts, summary: sumOfParts(parts.map(({ summary }) => summary)) };

/** What an index says of a key from what it says of its parts. */
export function sumOfParts(parts: readonly KeySummary[]): KeySummary {
  const entities: Record<string, NameSummary> = {};
  for (const part of parts) {
    for (const [name, sums] of Object.entries(part.entities)) {
      const { hash = 0, deletedHash = 0, count = 0, deletedCount = 0 } = entities[name] ?? {};
      entities[name] = {
        hash: addHash(hash, sums.hash),
        deletedHash: addHash(deletedHash, sums.deletedHash),
        count: count + sums.count,
        deletedCount: deletedCount + sums.deletedCount,
      };
    }
  }
  return {
    hash: parts.reduce((sum, { hash }) => addHash(sum, hash), 0),
    updatedAt: parts
      .map(({ updatedAt }) => updatedAt)
      .sort()
      .at(-1) as string,
    entities,
  };
}
