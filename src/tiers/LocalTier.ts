import type { PersistenceTier } from './PersistenceTier.ts';

/** What an app works with as its local tier, wherever that stands. */
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
