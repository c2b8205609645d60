// How figures are written.
const digits = (value) => (value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2));

export function time(us) {
  if (us < 1) return `${(us * 1000).toFixed(0)} ns`;
  if (us < 1000) return `${digits(us)} µs`;
  return us < 1_000_000 ? `${digits(us / 1000)} ms` : `${digits(us / 1_000_000)} s`;
}

export function size(bytes) {
  if (bytes < 1000) return `${Math.round(bytes)} B`;
  return bytes < 1_000_000 ? `${digits(bytes / 1000)} kB` : `${digits(bytes / 1_000_000)} MB`;
}

export const number = (value) => value.toLocaleString('en');
export function times(ratio) {
  if (ratio >= 100) return `${number(Math.round(ratio))}×`;
  return `${ratio.toFixed(ratio >= 10 ? 0 : ratio >= 1 ? 1 : 2)}×`;
}

const short = (count) => (count >= 1_000_000 ? `${count / 1_000_000}M` : `${count / 1000}k`);

/** What was measured, or why it was not. */
export function cell(found, unit = 'us') {
  if (found === undefined) return '·';
  if (found.error !== undefined) return found.error.startsWith('wrong answer') ? 'wrong' : 'failed';
  if (found.over !== undefined) return found.over === 0 ? 'no time left' : `over ${found.over} s`;
  const text = unit === 'bytes' ? size(found.bytes) : time(found.us);
  return `${text}${found.count === undefined ? '' : ` at ${short(found.count)}`}`;
}

/** Aligned, so that it can be read as it is; columns of figures to the right. */
export function table([head, ...rows], { figures = true } = {}) {
  const widths = head.map((_, i) => Math.max(3, ...[head, ...rows].map((row) => row[i].length)));
  const isFigure = (i) => figures && i > 0;
  const pad = (text, i) => (isFigure(i) ? text.padStart(widths[i]) : text.padEnd(widths[i]));
  const line = (cells) => `| ${cells.join(' | ')} |`;
  const rule = widths.map((width, i) => (isFigure(i) ? `${'-'.repeat(width - 1)}:` : '-'.repeat(width)));
  return [line(head.map(pad)), line(rule), ...rows.map((row) => line(row.map(pad)))].join('\n');
}
