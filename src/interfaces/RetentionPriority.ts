/**
 * Which entities leave a full device first: the highest number goes first, 1 never does.
 *
 * - 1, `CRITICAL`: always stays.
 * - 2, `HIGH`
 * - 3, `MEDIUM`: the default.
 * - 4, `LOW`
 * - 5, `TEMPORARY`: goes first.
 */
export type RetentionPriority = 1 | 2 | 3 | 4 | 5;
