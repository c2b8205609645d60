const thousand = 1_000;
const units = ['B', 'kB', 'MB', 'GB', 'TB'];

export const countText = (count: number): string => count.toLocaleString('en');

export const many = (count: number, one: string, more = `${one}s`): string =>
  `${countText(count)} ${count === 1 ? one : more}`;

export function bytesText(bytes: number): string {
  let [value, unit] = [bytes, 0];
  while (value >= thousand && unit < units.length - 1) {
    value /= thousand;
    unit += 1;
  }
  const digits = unit === 0 || value >= 100 ? 0 : value >= 10 ? 1 : 2;
  return `${Number(value.toFixed(digits)).toLocaleString('en')} ${units[unit]}`;
}

export function durationText(ms: number): string {
  if (ms < thousand) return `${Math.round(ms)} ms`;
  const seconds = ms / thousand;
  if (seconds < 60) return `${Number(seconds.toFixed(1))} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 120 ? `${minutes} min` : `${Math.round(minutes / 60)} h`;
}

/** Of the day, by the clock on the wall. */
export function timeText(time: number): string {
  const date = new Date(time);
  return [date.getHours(), date.getMinutes(), date.getSeconds()].map((part) => String(part).padStart(2, '0')).join(':');
}

/** How far a clock is off, with its sign. */
export function skewText(ms: number): string {
  const sign = ms < 0 ? '−' : '+';
  return `${sign}${durationText(Math.abs(ms))}`;
}

/** A hash as people compare it. */
export const hashText = (hash: number): string => hash.toString(16).padStart(13, '0');
