import { toMetadata } from '../blob/KeySums.ts';
import { checkKeyData, FORMAT } from '../blob/keyData.ts';
import { TierSyncError } from '../errors.ts';
import type { BlobChange } from '../interfaces/BlobPatch.ts';
import type { EntityKeyData, JsonValue } from '../interfaces/EntityKeyData.ts';
import type { KeySummary } from '../interfaces/Metadata.ts';
import { isSame } from '../util/isSame.ts';
import { isFields } from '../util/jsonChecks.ts';

/** What the index of a local tier says beside its entries. */
export interface LocalIndexHeader {
  /** Keys whose blobs were about to be written when the index was: their entries may be out of date. */
  readonly checking: readonly string[];
  /** Keys in which something waits: for a cloud, or for somebody to look at it. */
  readonly pending: readonly string[];
  /** Keys of which something was lost here, for as long as it was not looked for elsewhere. */
  readonly lost: readonly string[];
  /** There may be keys that it does not name. */
  readonly isPartial: boolean;
}

/** The index of a local tier as it is stored, read into a map. */
export interface LocalIndex extends LocalIndexHeader {
  readonly keys: ReadonlyMap<string, KeySummary>;
}

const isSummary = (value: unknown): value is KeySummary =>
  isFields(value) &&
  Number.isSafeInteger(value['hash']) &&
  typeof value['updatedAt'] === 'string' &&
  !Number.isNaN(Date.parse(value['updatedAt'])) &&
  isFields(value['entities']) &&
  Object.values(value['entities']).every(
    (name) =>
      isFields(name) &&
      [name['hash'], name['deletedHash'], name['count'], name['deletedCount']].every((sum) =>
        Number.isSafeInteger(sum),
      ),
  );

/** What was loaded as the index, checked. An entry that cannot be read is left out: its key is looked at anew. */
export function readIndex(where: string, raw: unknown): LocalIndex {
  const data = checkKeyData(where, raw);
  const entries = data['entityKeys'];
  if (!isFields(entries)) throw new TierSyncError('corrupt', `${where} holds no index`);
  const checking = textsIn(data.$['checking']);
  const keys = new Map<string, KeySummary>();
  for (const [key, summary] of Object.entries(entries)) {
    if (isSummary(summary)) keys.set(key, summary);
    else checking.push(key);
  }
  const [pending, lost] = [textsIn(data.$['pending']), textsIn(data.$['lost'])];
  return { keys, checking, pending, lost, isPartial: data.$['partial'] === true };
}

const textsIn = (value: unknown): string[] =>
  Array.isArray(value) ? value.filter((text): text is string => typeof text === 'string') : [];

/** The stored form of an index. */
export const writeIndex = (index: LocalIndex): EntityKeyData =>
  ({ $: { format: FORMAT, ...writeHeader(index) }, ...toMetadata(index.keys) }) as unknown as EntityKeyData;

const writeHeader = ({
  checking,
  pending,
  lost,
  isPartial,
}: LocalIndexHeader): { readonly [field: string]: JsonValue } => ({
  ...(checking.length === 0 ? {} : { checking }),
  ...(pending.length === 0 ? {} : { pending }),
  ...(lost.length === 0 ? {} : { lost }),
  ...(isPartial ? { partial: true } : {}),
});

/** How one header becomes another. */
export function headerChanges(from: LocalIndexHeader, to: LocalIndexHeader): BlobChange[] {
  const [before, after] = [writeHeader(from), writeHeader(to)];
  return ['checking', 'pending', 'lost', 'partial']
    .filter((field) => !isSame(before[field], after[field]))
    .map((field) => [['$', field], after[field]]);
}
