/** A condition on one field. All operators given must hold. */
export interface FieldCondition {
  /** Dates are compared by time, objects and arrays by content; null also equals a field that is not there. */
  readonly $eq?: unknown;
  readonly $ne?: unknown;
  /** Only values of the same kind have an order: a text is never greater than 5. */
  readonly $gt?: unknown;
  readonly $gte?: unknown;
  readonly $lt?: unknown;
  readonly $lte?: unknown;
  /** One of these. */
  readonly $in?: readonly unknown[];
  /** None of these. */
  readonly $nin?: readonly unknown[];
  /** A text that the field's text contains, or an item that the field's array contains. */
  readonly $contains?: unknown;
  readonly $startsWith?: string;
  /** Whether the field is there; one that is null is. */
  readonly $exists?: boolean;
}

/** Fields (dotted paths reach inside) with a value to equal or a condition; all must hold. */
export interface Where {
  /** All of these. */
  readonly $and?: readonly Where[];
  /** At least one of these. */
  readonly $or?: readonly Where[];
  /** Not this. */
  readonly $not?: Where;
  readonly [path: string]: unknown;
}

/** One field to sort by; ascending unless told. */
export interface SortField {
  /** Dotted paths reach inside. */
  readonly field: string;
  readonly direction?: 'asc' | 'desc';
}

/** Which entities, in which order, and how many of them. All of it may be left out. */
export interface QueryOptions {
  /** Only these. */
  readonly ids?: readonly string[];
  /** Only what matches; all, if left out. */
  readonly where?: Where;
  /** The first field decides, then the second, and so on; the id settles what is left. */
  readonly sort?: readonly SortField[];
  /** At most so many. */
  readonly limit?: number;
  /** So many of the first are left out. */
  readonly offset?: number;
  /** Everything else is handed to the key strategy, for example `years`. */
  readonly [strategyFilter: string]: unknown;
}
