// What the figures say: who is best, how far we are ahead, and whether a target holds. Pure.
import { amountOf, bestPeers } from '../plan.mjs';
import { targets } from '../targets.mjs';
import { workload } from '../workloads/index.mjs';
import { size, times } from './format.mjs';

/** How many times as fast as the best peer we are, or as small; null where there is nobody to compare with. */
export function ahead(found, row) {
  const ours = amountOf(found.cells[row]?.ours);
  const rows = [row, targets[row]?.than].filter((id) => id !== undefined);
  const [best] = rows.flatMap((id) => bestPeers(found, id, 1)).sort((a, b) => a.value - b.value);
  return ours === undefined || best === undefined ? null : { name: best.name, ratio: best.value / ours };
}

/** How many times the floor we take. */
export function overFloor(found, row, of = row) {
  const ours = amountOf(found.cells[row]?.ours);
  const floor = amountOf(found.cells[of]?.floor);
  return ours === undefined || floor === undefined ? null : ours / floor;
}

/** The target of a row in words, and whether it holds; null where there is none, or nothing to judge it by. */
export function judged(found, row) {
  const target = targets[row];
  const ours = amountOf(found.cells[row]?.ours);
  if (target === undefined || ours === undefined) return null;
  if (target.bytes !== undefined) return { text: `≤ ${size(target.bytes)}`, holds: ours <= target.bytes };
  if (target.floor !== undefined) {
    const ratio = overFloor(found, row, target.row);
    const of = target.row === undefined ? 'the Map' : workload(target.row).title.split(' ')[0];
    return ratio && { text: `≤ ${times(target.floor)} ${of}`, holds: ratio <= target.floor };
  }
  const lead = ahead(found, row);
  const text = target.ahead < 1 ? 'parity' : `≥ ${times(target.ahead)} the best`;
  return lead && { text, holds: lead.ratio >= target.ahead };
}
