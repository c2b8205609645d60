/** The path to a value: field names, and numbers for the elements of arrays, as in `['lines', 0, 'price']`. Empty: the whole. */
export type ValuePath = readonly (string | number)[];

/** What has to be set and removed to make one value into another. Plain JSON, if the values in it are. */
export interface Difference {
  /** The places that get a value, new or instead of another. */
  readonly set: readonly { readonly path: ValuePath; readonly value: unknown }[];
  /** The places that are removed. */
  readonly unset: readonly ValuePath[];
}

/**
 * Differences of two values, as entities are handed out or as they are stored.
 *
 *     diffCalculator.diff({ title: 'a', tags: { x: 1 } }, { title: 'b', tags: {} })
 *     // { set: [{ path: ['title'], value: 'b' }], unset: [['tags', 'x']] }
 *
 * Plain objects are compared field by field, arrays of equal length element by element. An array of another length is set
 * as a whole, and so is a tagged stored value such as `{ $date: ... }`. Two values are equal if they are stored alike: Dates
 * by time, bytes by content, NaN equals NaN, but 0 is not -0 and 1 is not 1n. A field that is undefined counts as absent.
 */
export interface IDiffCalculator {
  /** Names only the places that changed, sorted by path. */
  diff(before: unknown, after: unknown): Difference;
  /** The value after the difference. Neither argument is changed; parts that stay the same are shared with `before`. */
  apply<T>(before: T, difference: Difference): T;
  /** The difference that leads back: from `apply(before, difference)` to `before`. */
  invert(before: unknown, difference: Difference): Difference;
  /** Whether there is no difference at all. */
  isEmpty(difference: Difference): boolean;
}
