import { closedError } from '../errors.ts';
import type { PersistenceTier } from '../tiers/PersistenceTier.ts';

/** What a link does with the local tier. */
export type LocalSide = Pick<
  PersistenceTier,
  'apply' | 'revise' | 'readMetadata' | 'summaryOf' | 'countActive' | 'readNote' | 'writeNote'
>;

/** The local tier for as long as the link stands: an answer that comes later than that changes nothing here any more. */
export function guardedLocal(local: PersistenceTier, isClosed: () => boolean): LocalSide {
  const ifOpen = <T>(work: () => Promise<T>): Promise<T> => (isClosed() ? Promise.reject(closedError()) : work());
  return {
    apply: (changes, decide) => ifOpen(() => local.apply(changes, decide)),
    revise: (revisions) => ifOpen(() => local.revise(revisions)),
    readMetadata: () => ifOpen(() => local.readMetadata()),
    readNote: (name) => ifOpen(() => local.readNote(name)),
    writeNote: (name, note) => ifOpen(() => local.writeNote(name, note)),
    summaryOf: (entityKey) => local.summaryOf(entityKey),
    countActive: () => local.countActive(),
  };
}
