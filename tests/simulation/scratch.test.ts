import { test } from 'vitest';
import { simulate } from '../../src/testing/simulation/simulate.ts';
import { StandIn } from './standIn/StandIn.ts';
import type { Defect } from './standIn/state.ts';
test('x', async () => {
  const n = Number(process.env['N'] ?? 20), from = Number(process.env['FROM'] ?? 1);
  const defects = (process.env['D'] ? process.env['D'].split(',') : []) as Defect[];
  const t = performance.now(); let steps = 0; let bad = 0;
  const counts = new Map<string, number>();
  for (let seed = from; seed < from + n; seed++) {
    const lines: string[] = [];
    const r = await simulate({ seed, cloud: (process.env['C'] ?? 'bucket') as 'bucket', ...(process.env['C'] === 'none' && { devices: 1 }), ...(process.env['C'] !== 'none' && { open: (o) => StandIn.open(o, { defects, retentionMs: 1_200_000 }) }), onNote: (l) => {if (n===1) lines.push(l) }});
    steps += r.steps;
    for (const [k, v] of r.sightings) counts.set(k, (counts.get(k) ?? 0) + v);
    if (r.violations.length) { bad++; console.log(seed, r.violations[0]); if (n === 1) console.log(lines.join('\n')); if (process.env['D']) break;}
  }
  console.log(n / ((performance.now() - t) / 1000), 'seeds/s', steps / n, 'steps/seed', bad, 'bad', counts);
}, 600000);
