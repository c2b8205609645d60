/** What a server says no with, and the status of HTTP that it goes by. */
export const statusOf = {
  /** The request is not one that this server knows; repeating it is useless. */
  'bad-request': 400,
  /** Sign in (again). */
  unauthorized: 401,
  /** Signed in, but not allowed; an id that may not be read is `not-found`. */
  forbidden: 403,
  'not-found': 404,
  'method-not-allowed': 405,
  /** Others were faster; look again. */
  conflict: 409,
  'too-large': 413,
  'unsupported-type': 415,
  'rate-limited': 429,
  internal: 500,
  /** Try again later. */
  unavailable: 503,
} as const;

export type WireCode = keyof typeof statusOf;
