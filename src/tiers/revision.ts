import type { KeyDraft } from '../blob/KeyDraft.ts';
import type { ApplyResult, Change } from '../interfaces/ITier.ts';

/** Decides what becomes of one change; may be asked again before anything is stored. */
export type Decide<C extends Change> = (draft: KeyDraft, change: C) => ApplyResult;

/** Decides what becomes of one key; may be asked again before anything is stored. */
export type Revise = (draft: KeyDraft) => void;
