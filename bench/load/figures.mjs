// What a line of the load comes to.

/**
 * @typedef {object} Figure
 * @property {string} what
 * @property {number} value
 * @property {string} unit
 * @property {number} [most]
 * @property {number} [least]
 */

/** @type {(what: string, value: number, unit?: string) => Figure} */
export const told = (what, value, unit = '') => ({ what, value, unit });

/** @type {(what: string, value: number, unit: string, most: number) => Figure} */
export const atMost = (what, value, unit, most) => ({ what, value, unit, most });

/** @type {(what: string, value: number, unit: string, least: number) => Figure} */
export const atLeast = (what, value, unit, least) => ({ what, value, unit, least });

/** What must hold however slow the machine is. @type {(report: any, settled: { lost: number }) => Figure[]} */
export const nothingWrong = (report, { lost }) => [
  told('delivered', report.delivered),
  atMost('lost', lost, '', 0),
  atMost('told twice, or an older version after a newer one', report.doubled, '', 0),
  atMost('events that do not join on', report.gaps, '', 0),
];

/** @type {(process: any, rest: any) => Figure[]} */
export const ofProcess = (process, rest) => [
  told('server: processor', process.cpuPercent, '%'),
  told('server: event-loop delay p99', process.delayP99, 'ms'),
  told('server: event-loop delay, longest', process.delayMax, 'ms'),
  told('server: RSS, highest', process.rssPeakMb, 'MB'),
  told('server: heap after gc', rest.heapMb, 'MB'),
];

/** @type {(figure: Figure) => boolean} */
export const isMet = ({ value, most = Number.POSITIVE_INFINITY, least = Number.NEGATIVE_INFINITY }) =>
  value <= most && value >= least;

const shown = (value, unit) => `${Number(value.toFixed(1)).toLocaleString('en')} ${unit}`.trim();

/** @type {(figure: Figure) => string} */
export function lineOf(figure) {
  const { what, value, unit, most, least } = figure;
  const bound = most === undefined ? least : most;
  const target = bound === undefined ? '' : `${most === undefined ? '≥' : '≤'} ${shown(bound, unit)}`;
  const verdict = bound === undefined ? '' : isMet(figure) ? 'met' : 'MISSED';
  return `${what.padEnd(52)}${shown(value, unit).padStart(14)}   ${target.padEnd(14)} ${verdict}`.trimEnd();
}
