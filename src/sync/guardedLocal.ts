import { closedError } from '../errors.ts';
import type { LocalTier } from '../tiers/LocalTier.ts';

/** What a link does with the local tier. */
export type LocalSide = Pick<
  LocalTier,
  'apply' | 'revise' | 'readMetadata' | 'readHeld' | 'summaryOf' | 'countActive' | 'readNote' | 'writeNote'
>;

export interface GuardedLocalOptions {
  readonly local: LocalTier;
  readonly isClosed: () => boolean;
  /** A write failed: whether it happened is not known. */
  readonly onDoubt: (entityKeys: Iterable<string>, error: unknown) => void;
}

/** The local tier for as long as the link stands: an answer that comes later than that changes nothing here any more. */
export function guardedLocal({ local, isClosed, onDoubt }: GuardedLocalOptions): LocalSide {
  const ifOpen = <T>(work: () => Promise<T>): Promise<T> => (isClosed() ? Promise.reject(closedError()) : work());
  const noting = <T>(entityKeys: Iterable<string>, work: () => Promise<T>): Promise<T> =>
    ifOpen(work).catch((error: unknown) => {
      onDoubt(entityKeys, error);
      throw error;
    });
  return {
    apply: (changes, decide) =>
      noting(
        changes.map(({ entityKey }) => entityKey),
        () => local.apply(changes, decide),
      ),
    revise: (revisions, reach) => noting(revisions.keys(), () => local.revise(revisions, reach)),
    readMetadata: () => ifOpen(() => local.readMetadata()),
    readHeld: (entityKey) => ifOpen(() => local.readHeld(entityKey)),
    readNote: () => ifOpen(() => local.readNote()),
    writeNote: (note) => ifOpen(() => local.writeNote(note)),
    summaryOf: (entityKey) => local.summaryOf(entityKey),
    countActive: () => local.countActive(),
  };
}
