import type { RetentionPriority as Priority } from '../interfaces/RetentionPriority.ts';

export type RetentionPriority = Priority;

interface Priorities {
  /** Never taken away to make room. */
  readonly CRITICAL: 1;
  readonly HIGH: 2;
  readonly MEDIUM: 3;
  readonly LOW: 4;
  /** The first to go. */
  readonly TEMPORARY: 5;
}

/** The priorities by name, as in `{ retentionPriority: RetentionPriority.LOW }`. Only a `quota` gives them an effect. */
export const RetentionPriority: Priorities = Object.freeze({
  CRITICAL: 1,
  HIGH: 2,
  MEDIUM: 3,
  LOW: 4,
  TEMPORARY: 5,
});
