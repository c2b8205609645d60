/** Where a value stands: names of fields, and numbers where an array is entered. Empty: the whole. */
export type ValuePath = readonly (string | number)[];

/** What leads from one value to another. Plain JSON if the values in it are. */
export interface Difference {
  readonly set: readonly { readonly path: ValuePath; readonly value: unknown }[];
  readonly unset: readonly ValuePath[];
}

/**
 * Differences of entities as they are handed out and of stored ones alike. Values are equal if they are stored the same:
 * Dates by time, bytes by content, NaN equals NaN, but 0 is not -0 and 1 is not 1n. A field that is undefined is not there.
 *
 * Plain objects are compared field by field, arrays of one length element by element. An array of another length is set
 * as a whole, and so is a stored value with a tag, such as `{ $date: ... }`.
 */
export interface IDiffCalculator {
  /** Names only what changed, in one order. */
  diff(before: unknown, after: unknown): Difference;
  /** A new value, which shares with `before` and the difference what it has of them. Neither is changed. */
  apply<T>(before: T, difference: Difference): T;
  /** What leads back from `apply(before, difference)` to `before`. */
  invert(before: unknown, difference: Difference): Difference;
  isEmpty(difference: Difference): boolean;
}
