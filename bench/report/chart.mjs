// A bar a workload: how many times faster, or smaller, than the best other library; on a scale of powers of ten.
import { subject } from '../subjects.mjs';
import { workload } from '../workloads/index.mjs';
import { times } from './format.mjs';
import { ahead } from './judge.mjs';

const left = 260;
const width = 900;
const barHeight = 18;
const step = 28;
const top = 78;

const style = `
    :root { color-scheme: light dark; --ink: #1d2733; --soft: #5b6b7d; --paper: #ffffff; --line: #d5dde6; --ahead: #1a7f5a; --parity: #7b8794; --behind: #c2410c; }
    @media (prefers-color-scheme: dark) { :root { --ink: #e8eef5; --soft: #9fb0c3; --paper: #12181f; --line: #33404d; --ahead: #3fb68a; --parity: #8b98a7; --behind: #fb923c; } }
    .paper { fill: var(--paper); } text { fill: var(--ink); } .soft { fill: var(--soft); font-size: 12px; } .line { stroke: var(--line); } .one { stroke: var(--soft); }
    .ahead { fill: var(--ahead); } .parity { fill: var(--parity); } .behind { fill: var(--behind); }`;

const kindOf = (ratio) => (ratio >= 1.3 ? 'ahead' : ratio > 1 / 1.3 ? 'parity' : 'behind');

export function chart(found, rows) {
  const bars = rows.map((id) => ({ id, title: workload(id).title, ...ahead(found, id) }));
  const powers = bars.map(({ ratio }) => Math.log10(ratio));
  const lowest = Math.min(0, ...powers.map(Math.floor));
  const highest = Math.max(1, ...powers.map(Math.ceil));
  // There is room for the words behind the longest bar.
  const at = (power) => Math.round(left + ((power - lowest) / (highest - lowest)) * (width - left - 200));
  const height = top + bars.length * step + 12;
  const grid = Array.from({ length: highest - lowest + 1 }, (_, i) => lowest + i).map(
    (power) =>
      `  <line class="${power === 0 ? 'one' : 'line'}" x1="${at(power)}" x2="${at(power)}" y1="${top - 8}" y2="${height - 12}"/>
  <text class="soft" x="${at(power)}" y="${top - 14}" text-anchor="middle">${10 ** power}×</text>`,
  );
  const drawn = bars.map(({ id, title, name, ratio }, i) => {
    const y = top + i * step;
    const [from, to] = [0, Math.log10(ratio)].map(at).sort((a, b) => a - b);
    return `  <text x="${left - 12}" y="${y + 14}" text-anchor="end">${title} <tspan class="soft">${id}</tspan></text>
  <rect class="${kindOf(ratio)}" x="${from}" y="${y}" width="${Math.max(2, to - from)}" height="${barHeight}" rx="2"/>
  <text x="${Math.max(to, at(0)) + 8}" y="${y + 14}">${times(ratio)} <tspan class="soft">${subject(name).label}</tspan></text>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="system-ui, sans-serif" font-size="14" role="img" aria-label="How many times faster or smaller than the best other library tiersync is, by workload">
  <style>${style}
  </style>
  <rect class="paper" width="${width}" height="${height}"/>
  <text x="16" y="24" font-weight="600">tiersync beside the best other library of each workload</text>
  <text class="soft" x="16" y="42">How many times faster, or smaller: to the right of 1× tiersync is ahead. ${found.count.toLocaleString('en')} entities.</text>
${[...grid, ...drawn].join('\n')}
</svg>
`;
}
