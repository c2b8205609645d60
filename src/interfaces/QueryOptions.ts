/** A condition on one field, as in `{ $gte: 18, $lt: 65 }`. If there are several operators, all must hold. */
export interface FieldCondition {
  /** Equal. Dates are compared by time, objects and arrays by content. `null` also equals a field that is absent. */
  readonly $eq?: unknown;
  /** Not equal; also matches a field that is absent. */
  readonly $ne?: unknown;
  /** Greater. Only values of the same kind are compared: a text is never greater than 5. */
  readonly $gt?: unknown;
  /** Greater or equal. */
  readonly $gte?: unknown;
  /** Less. */
  readonly $lt?: unknown;
  /** Less or equal. */
  readonly $lte?: unknown;
  /** Equal to one of these. */
  readonly $in?: readonly unknown[];
  /** Equal to none of these; also matches a field that is absent. */
  readonly $nin?: readonly unknown[];
  /** The field is a text that contains this text, or an array that contains this item. */
  readonly $contains?: unknown;
  /** The field is a text that begins with this one. */
  readonly $startsWith?: string;
  /** `true`: the field is there, even if it is null. `false`: it is absent. */
  readonly $exists?: boolean;
}

/**
 * Fields, each with the value it must equal or a condition. All must hold. A dotted path reaches into objects and arrays.
 *
 *     { done: false, 'owner.name': 'Alice', dueAt: { $lt: new Date() }, $or: [{ tag: 'a' }, { tag: 'b' }] }
 */
export interface Where {
  /** All of these must match. */
  readonly $and?: readonly Where[];
  /** At least one of these must match. */
  readonly $or?: readonly Where[];
  /** This must not match. */
  readonly $not?: Where;
  /** A field, or a dotted path to one: a value, or a `FieldCondition`. */
  readonly [path: string]: unknown;
}

/** One field to sort by. */
export interface SortField {
  /** Its name, or a dotted path. */
  readonly field: string;
  /** Default: `asc`. */
  readonly direction?: 'asc' | 'desc';
}

/**
 * Which entities, in which order, and how many. Everything may be left out.
 *
 *     { where: { done: false }, sort: [{ field: 'dueAt' }], limit: 50 }
 */
export interface QueryOptions {
  /** Only entities with these ids. Without `sort`, they come in this order. */
  readonly ids?: readonly string[];
  /** Only entities that match. */
  readonly where?: Where;
  /** Sorts by the first field, then by the second, and so on; equal ones by id. */
  readonly sort?: readonly SortField[];
  /** At most this many. */
  readonly limit?: number;
  /** Skips this many at the beginning. */
  readonly offset?: number;
  /** A filter of the key strategy, such as `years`: only those entity keys are read. */
  readonly [strategyFilter: string]: unknown;
}
