/** A range of time, and the moments that are named in it. */
export interface TimeSpan {
  readonly from: number;
  readonly to: number;
  readonly ticks: readonly number[];
}

const second = 1_000;
const minute = 60 * second;
/** What is older is not shown. */
export const longestSpan: number = 1440 * minute;
const spans = [minute, 5 * minute, 15 * minute, 60 * minute, 360 * minute, longestSpan];
const ticksIn = 4;

/** The smallest of a few spans that shows everything since the first moment; at most a day. */
export function timeSpan(first: number, now: number): TimeSpan {
  const length = spans.find((span) => now - first <= span) ?? longestSpan;
  const step = length / ticksIn;
  const to = now;
  const from = to - length;
  const ticks: number[] = [];
  for (let tick = Math.ceil(from / step) * step; tick <= to; tick += step) ticks.push(tick);
  return { from, to, ticks };
}

/** From 0 to 1 between two powers of ten: what takes ten times as long is one step higher, and nothing falls below. */
export function logShare(value: number, [least, most]: readonly [number, number]): number {
  if (value <= least) return 0;
  return Math.min(1, Math.log10(value / least) / Math.log10(most / least));
}

/** The powers of ten from the first to the one that is not below the greatest value. */
export function logRange(values: Iterable<number>, least: number, atLeast: number): readonly [number, number] {
  let most = atLeast;
  for (const value of values) while (most < value) most *= 10;
  return [least, most];
}

/** The powers of ten above the least. */
export function logTicks([least, most]: readonly [number, number]): readonly number[] {
  const ticks: number[] = [];
  for (let tick = least * 10; tick <= most; tick *= 10) ticks.push(tick);
  return ticks;
}
