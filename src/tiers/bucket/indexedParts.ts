import { FORMAT, PAGED_FORMAT } from '../../blob/keyData.ts';
import { type CheckpointIndex, type IndexedKey, type IndexedPart, metadataOf } from './checkpointIndex.ts';
import type { CheckpointRef } from './head.ts';

/** The blobs that a key is made of, each in its place. */
export const partsOf = (entry: IndexedKey): readonly IndexedPart[] => ('pages' in entry ? entry.pages : [entry]);

/** What a version has to know to read it. */
export const formatOf = ({ keys }: Pick<CheckpointIndex, 'keys'>): number =>
  Object.values(keys).some((entry) => 'pages' in entry) ? PAGED_FORMAT : FORMAT;

/** Every object that the index refers to or remembers. */
export const objectsInIndex = ({ keys, replaced, quarantined }: CheckpointIndex): string[] => [
  ...Object.values(keys)
    .flatMap(partsOf)
    .map(({ object }) => object),
  ...replaced.map(({ name }) => name),
  ...quarantined,
];

/** What a head says of it, beside its place in the history. */
export function checkpointRef(name: string, index: CheckpointIndex): Omit<CheckpointRef, 'seq' | 'nonce'> {
  const format = formatOf(index);
  const { hash } = metadataOf(index);
  return { hash, index: name, horizon: index.horizon, ...(format === FORMAT ? {} : { format }) };
}
