/** Pure UTC calendar: a period is written as the beginning of an ISO date, `2026`, `2026-05` or `2026-05-17`. */
export type CalendarUnit = 'year' | 'month' | 'day';

const digits = { year: 4, month: 7, day: 10 } as const;
const isoWithZone = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2}))?$/;

/** The time of a Date, of milliseconds, or of an ISO text that says its zone; `undefined` for all else. */
export function timeOf(value: unknown): number | undefined {
  const time = value instanceof Date ? value.getTime() : typeof value === 'string' ? parseIso(value) : value;
  if (typeof time !== 'number' || !(Math.abs(time) <= 8.64e15)) return undefined;
  const year = new Date(time).getUTCFullYear();
  return year >= 0 && year <= 9999 ? time : undefined;
}

export function periodOf(time: number, unit: CalendarUnit): string {
  return new Date(time).toISOString().slice(0, digits[unit]);
}

/** Whether the text names a period of that unit that exists. */
export function isPeriod(text: unknown, unit: CalendarUnit): text is string {
  if (typeof text !== 'string' || text.length !== digits[unit]) return false;
  const time = Date.parse(text);
  return !Number.isNaN(time) && periodOf(time, unit) === text;
}

/** First and last millisecond of a period. */
export function spanOf(period: string, unit: CalendarUnit): readonly [first: number, last: number] {
  const first = Date.parse(period);
  return [first, nextPeriod(first, unit) - 1];
}

/** All periods that have a part between two times, both included, oldest first; at most `limit` + 1 of them. */
export function periodsBetween(from: number, to: number, unit: CalendarUnit, limit: number): string[] {
  const periods: string[] = [];
  for (let time = Date.parse(periodOf(from, unit)); time <= to; time = nextPeriod(time, unit)) {
    if (periods.push(periodOf(time, unit)) > limit) break;
  }
  return periods;
}

function nextPeriod(start: number, unit: CalendarUnit): number {
  const date = new Date(start);
  if (unit === 'year') return date.setUTCFullYear(date.getUTCFullYear() + 1);
  if (unit === 'month') return date.setUTCMonth(date.getUTCMonth() + 1);
  return date.setUTCDate(date.getUTCDate() + 1);
}

/** Texts without a zone mean another time in every place, so they are not taken. */
function parseIso(text: string): number {
  return isoWithZone.test(text) ? Date.parse(text) : Number.NaN;
}
