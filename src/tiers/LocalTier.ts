import type { PersistenceTier } from './PersistenceTier.ts';

/** A local tier as the rest of the app uses it, in a persistence or in memory. */
export type LocalTier = Pick<
  PersistenceTier,
  | 'isComplete'
  | 'uncounted'
  | 'lost'
  | 'readMetadata'
  | 'readKey'
  | 'readHeld'
  | 'apply'
  | 'revise'
  | 'readWaiting'
  | 'countActive'
  | 'summaryOf'
  | 'summaries'
  | 'readNote'
  | 'writeNote'
  | 'clear'
  | 'close'
>;
