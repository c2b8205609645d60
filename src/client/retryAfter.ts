/** The seconds of a `Retry-After` as milliseconds. A time of day would need a clock that both agree on. */
export const retryAfterMs = (seconds: unknown): number | undefined =>
  /^\d+(\.\d+)?$/.test(String(seconds)) ? Number(seconds) * 1000 : undefined;
