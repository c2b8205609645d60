/** How long something is worth its space: what has the highest number goes first, and 1 never does. */
export type RetentionPriority = 1 | 2 | 3 | 4 | 5;
