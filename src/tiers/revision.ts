import type { KeyDraft } from '../blob/KeyDraft.ts';
import type { ApplyResult, Change } from '../interfaces/ITier.ts';

/** Decides about one change by changing the draft of its key. It may be called again with a fresh draft before anything is stored. */
export type Decide<C extends Change> = (draft: KeyDraft, change: C) => ApplyResult;

/** Decides about one key by changing its draft. It may be called again with a fresh draft before anything is stored. */
export type Revise = (draft: KeyDraft) => void;
