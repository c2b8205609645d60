// Tables of what was measured, as Markdown.
import { exponent } from '../growth.mjs';
import { bestPeers } from '../plan.mjs';
import { subject, subjects } from '../subjects.mjs';
import { numbered, workload } from '../workloads/index.mjs';
import { cell, number, size, table, time, times } from './format.mjs';
import { ahead, judged, overFloor } from './judge.mjs';

const rowsOf = ({ cells }) => numbered.filter(({ id }) => cells[id] !== undefined);
const titleOf = ({ id, title }) => `${id} ${title}`;
const labelOf = (name) => subject(name).label;
const marked = (name) => `${labelOf(name)}${subject(name).note === undefined ? '' : ` ${markOf(name)}`}`;
const noted = subjects.filter(({ note }) => note !== undefined);
const markOf = (name) => ['¹', '²', '³', '⁴', '⁵'][noted.findIndex((known) => known.name === name)];

/** What has to be known of some of them to read their figures. */
export const notes = () => noted.map(({ name, label, note }) => `${markOf(name)} ${label} ${note}.`).join('\n');

const bytesOf = (found) => (found?.us !== undefined && found.bytes !== undefined ? `, ${size(found.bytes)}` : '');
const shown = (found, { unit }) => `${cell(found, unit)}${bytesOf(found)}`;

/** Ours, the floors and the best three peers. */
export function mainTable(found) {
  const names = ['floor', 'sqlite', 'ours', 'unfrozen'];
  const head = ['workload', ...names.map(labelOf), 'best peer', 'second', 'third', 'best peer / tiersync', 'target'];
  const rows = rowsOf(found).map((row) => {
    const cells = found.cells[row.id];
    const best = bestPeers(found, row.id, 3);
    const peers = [0, 1, 2].map((i) => best[i] && `${marked(best[i].name)} ${shown(cells[best[i].name], row)}`);
    const ratio = ahead(found, row.id);
    const target = judged(found, row.id);
    return [
      titleOf(row),
      ...names.map((name) => shown(cells[name], row)),
      ...peers.map((text) => text ?? '·'),
      ratio === null ? '·' : `**${times(ratio.ratio)}**`,
      target === null ? '·' : `${target.text}: ${target.holds ? 'yes' : 'no'}`,
    ];
  });
  return table([head, ...rows]);
}

/** Everybody on every row. */
export function wholeTable(found) {
  const names = subjects
    .map(({ name }) => name)
    .filter((name) => rowsOf(found).some(({ id }) => found.cells[id][name]));
  const shownNames = names.filter((name) => subject(name).kind !== 'way');
  const rows = rowsOf(found).map((row) => [
    titleOf(row),
    ...shownNames.map((name) => shown(found.cells[row.id][name], row)),
  ]);
  return table([['workload', ...shownNames.map(marked)], ...rows]);
}

const ways = ['ours', 'byBucket', 'byServer'];

/** The same two devices, by what is between them. */
export function waysTable(found) {
  const rows = rowsOf(found).filter(({ stage, id }) => stage === 'sync' && ways.some((name) => found.cells[id][name]));
  if (rows.length === 0) return '';
  const full = (shownCell) => {
    if (shownCell?.us === undefined) return cell(shownCell);
    const { us, bytes, requests } = shownCell;
    const asked = requests === undefined ? '' : `, ${number(requests)} request${requests === 1 ? '' : 's'}`;
    return `${time(us)}, ${size(bytes)}${asked}`;
  };
  const head = ['until equal', 'a list in memory', 'a bucket', 'a server, over sockets'];
  return table([head, ...rows.map((row) => [titleOf(row), ...ways.map((name) => full(found.cells[row.id][name]))])]);
}

/** Flat, for what is measured of it. */
const flat = 0.25;

function slopeOf(cells, counts) {
  const points = counts.filter((count) => cells?.[count]?.us > 0).map((count) => [count, cells[count].us]);
  return points.length > 1 ? exponent(points) : null;
}

/** What the exponent says: a bare map misses caches too, so that what grows as it does is not ours. */
function judgement({ grows }, slope, ofFloor) {
  if (slope === null) return '·';
  if (slope <= flat) return 'flat';
  return grows ?? (ofFloor !== null && slope <= ofFloor + 0.1 ? 'as a `Map`' : '**grows**');
}

export function growthTable({ counts, cells }) {
  const digits = (slope) => (slope === null ? '·' : slope.toFixed(2));
  const rows = rowsOf({ cells }).map((row) => {
    const { ours, floor } = cells[row.id];
    const [slope, ofFloor] = [slopeOf(ours, counts), slopeOf(floor, counts)];
    const times = counts.map((count) => cell(ours?.[count]));
    return [titleOf(row), ...times, digits(slope), digits(ofFloor), judgement(row, slope, ofFloor)];
  });
  return table([['workload', ...counts.map(number), 'exponent', 'a `Map` by hand', ''], ...rows]);
}

/** What has no place for a row, and why. */
export function leftOut() {
  const reasons = subjects.flatMap(({ label, without = {} }) =>
    Object.entries(without).map(([id, reason]) => `${label} has no ${id}: ${reason}.`),
  );
  return reasons.join(' ');
}

/** What could not be measured, and why. */
export function missing({ cells }) {
  const faults = numbered.flatMap(({ id }) =>
    Object.entries(cells[id] ?? {})
      .filter(([, { error, over }]) => error !== undefined || over !== undefined)
      .map(
        ([name, { error, over }]) =>
          `- ${id}, ${labelOf(name)}: ${error ?? (over === 0 ? 'no time was left' : `stopped after ${over} s`)}`,
      ),
  );
  return faults.length === 0 ? '' : ['Not measured:', '', ...faults].join('\n');
}

const unitOf = { us: time, ms: (ms) => time(ms * 1000), bytes: size, count: number };

/** Rows that were measured elsewhere (see bench/README.md). */
export function elsewhereTable({ columns, ours, floor, rows }) {
  const others = columns.filter((column) => column !== ours && column !== floor);
  const ratioOf = ({ values }) =>
    Math.min(...others.map((column) => values[column] ?? Number.POSITIVE_INFINITY)) / values[ours];
  const head = ['', ...columns, ...(ours === undefined ? [] : [`best other / ${ours}`])];
  const body = rows.map((row) => [
    row.what,
    ...columns.map((column) => (row.values[column] === undefined ? '·' : unitOf[row.unit](row.values[column]))),
    ...(ours === undefined ? [] : [`**${times(ratioOf(row))}**`]),
  ]);
  return table([head, ...body]);
}

/** A few rows for those who want to know in one look. */
export function shortTable(found, ids) {
  const rows = ids.map(workload).map((row) => {
    const lead = ahead(found, row.id);
    const floor = overFloor(found, row.id);
    return [
      row.title,
      shown(found.cells[row.id]?.ours, row),
      lead === null ? '·' : `${marked(lead.name)} ${shown(found.cells[row.id][lead.name], row)}`,
      lead === null ? '·' : `**${times(lead.ratio)}**`,
      floor === null ? '·' : times(floor),
    ];
  });
  return table([['', 'tiersync', 'the best of the others', 'ahead', 'a Map by hand = 1'], ...rows]);
}
