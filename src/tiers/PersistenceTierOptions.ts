import type { KeyDraft } from '../blob/KeyDraft.ts';
import type { IPersistence } from '../interfaces/IPersistence.ts';
import type { TierProblem } from '../interfaces/ITier.ts';
import type { Witness } from './Witness.ts';

export interface PersistenceTierOptions {
  readonly persistence: IPersistence;
  /** What every key begins with, separator included. */
  readonly keyPrefix: string;
  readonly createId: (size: number) => string;
  readonly onProblem: (problem: TierProblem) => void;
  /** Others write to it too, and nothing keeps them apart: its index is checked against every blob that is read. */
  readonly isShared?: boolean;
  /** The index is to say what keys take. */
  readonly isCounted?: boolean;
  /** Told of what waits in a key whenever it may have changed; nothing, where nobody has a cloud. */
  readonly onWaiting?: (draft: KeyDraft) => void;
  /** Where other tabs have it open, too. */
  readonly witness?: Witness | undefined;
}
