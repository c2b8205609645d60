// Plays many seeds of the simulation: `npm run simulate -- --seeds 100000 --cloud bucket [--from 1] [--threads 2]`
import { parseArgs } from 'node:util';
import { playSeeds } from './simulation/playSeeds.mjs';

const { values } = parseArgs({
  options: {
    cloud: { type: 'string', default: 'bucket' },
    seeds: { type: 'string', default: '1000' },
    from: { type: 'string', default: '1' },
    threads: { type: 'string', default: '2' },
  },
});

const begin = performance.now();
const everyMs = 30_000;
let told = begin;

const tell = ({ runs, steps }) => {
  const seconds = (performance.now() - begin) / 1000;
  console.log(`${runs} seeds, ${(runs / seconds).toFixed(1)} a second, ${steps} steps`);
};

const [from, count, threads] = [values.from, values.seeds, values.threads].map(Number);
const tally = await playSeeds({
  run: values.cloud,
  from,
  count,
  threads: Math.min(threads, count),
  onProgress: (soFar) => {
    if (performance.now() - told < everyMs) return;
    told = performance.now();
    tell(soFar);
  },
});
tell(tally);
for (const [state, runs] of [...tally.sightings].sort(([, one], [, other]) => other - one)) {
  console.log(`${String(runs).padStart(8)}  ${state}`);
}
console.log(tally.failure ?? 'all promises were kept');
process.exitCode = tally.failure === null ? 0 : 1;
