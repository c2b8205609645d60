// What the figures say: who is best, how far we are ahead, and whether a target holds. Pure.
import { amountOf, bestPeers } from '../plan.mjs';
import { subject } from '../subjects.mjs';
import { targets } from '../targets.mjs';
import { workload } from '../workloads/index.mjs';
import { size, times } from './format.mjs';

/** How many times as fast as the best peer we are, or as small; null where there is nobody to compare with. */
export function ahead(found, row, but = null) {
  const ours = amountOf(found.cells[row]?.ours);
  const rows = [row, targets[row]?.than].filter((id) => id !== undefined);
  const best = rows
    .flatMap((id) => bestPeers(found, id))
    .filter(({ name }) => name !== but)
    .sort((a, b) => a.value - b.value)[0];
  return ours === undefined || best === undefined ? null : { name: best.name, ratio: best.value / ours };
}

/** How many times the floor we take. */
export function overFloor(found, row, of = row) {
  const ours = amountOf(found.cells[row]?.ours);
  const floor = amountOf(found.cells[of]?.floor);
  return ours === undefined || floor === undefined ? null : ours / floor;
}

const conditions = {
  bytes: ({ bytes }, found, row) => ({ text: `≤ ${size(bytes)}`, holds: found.cells[row].ours.bytes <= bytes }),
  floor: ({ floor, row: other }, found, row) => {
    const ratio = overFloor(found, row, other);
    const of = other === undefined ? 'the Map' : workload(other).title.split(' ')[0];
    return ratio && { text: `≤ ${times(floor)} ${of}`, holds: ratio <= floor };
  },
  ahead: ({ ahead: wanted, but }, found, row) => {
    const lead = ahead(found, row, but);
    const best = but === undefined ? 'the best' : `the best but ${subject(but).label}`;
    return lead && { text: wanted < 1 ? 'parity' : `≥ ${times(wanted)} ${best}`, holds: lead.ratio >= wanted };
  },
};

/** The target of a row in words, and whether it holds; null where there is none, or nothing to judge it by. */
export function judged(found, row) {
  const target = targets[row];
  if (target === undefined || amountOf(found.cells[row]?.ours) === undefined) return null;
  const parts = Object.keys(conditions)
    .filter((name) => target[name] !== undefined)
    .map((name) => conditions[name](target, found, row));
  if (parts.includes(null)) return null;
  return { text: parts.map(({ text }) => text).join(', '), holds: parts.every(({ holds }) => holds) };
}
