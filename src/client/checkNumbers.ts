import { describe } from '../util/checkName.ts';

/** Left out: there is nothing to check. */
export function checkCount(name: string, count: number | undefined): void {
  if (count === undefined || (Number.isInteger(count) && count >= 1)) return;
  throw new TypeError(`${name} must be a whole number from 1, not ${describe(count)}`);
}

export function checkMs(name: string, ms: number | undefined): void {
  if (ms === undefined || (Number.isFinite(ms) && ms > 0)) return;
  throw new TypeError(`${name} must be milliseconds, more than 0, not ${describe(ms)}`);
}
