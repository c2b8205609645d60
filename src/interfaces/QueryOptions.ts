/** A condition on one field. All operators given must hold. */
export interface FieldCondition {
  readonly $eq?: unknown;
  readonly $ne?: unknown;
  readonly $gt?: unknown;
  readonly $gte?: unknown;
  readonly $lt?: unknown;
  readonly $lte?: unknown;
  readonly $in?: readonly unknown[];
  readonly $nin?: readonly unknown[];
  /** A text that the field's text contains, or an item that the field's array contains. */
  readonly $contains?: unknown;
  readonly $startsWith?: string;
  readonly $exists?: boolean;
}

/** Fields (dotted paths reach inside) with a value to equal or a condition; all must hold. */
export interface Where {
  readonly $and?: readonly Where[];
  readonly $or?: readonly Where[];
  readonly $not?: Where;
  readonly [path: string]: unknown;
}

export interface SortField {
  readonly field: string;
  readonly direction?: 'asc' | 'desc';
}

export interface QueryOptions {
  readonly ids?: readonly string[];
  readonly where?: Where;
  /** The first field decides, then the second, and so on; the id settles what is left. */
  readonly sort?: readonly SortField[];
  readonly limit?: number;
  readonly offset?: number;
  /** Everything else is handed to the key strategy, for example `years`. */
  readonly [strategyFilter: string]: unknown;
}
