// Plays many seeds of the simulation: `npm run simulate -- --help`
import { parseArgs } from 'node:util';
import { playSeeds } from './simulation/playSeeds.mjs';

const usage = `Plays seeds of the simulation: each is a plan of devices, faults and actions, which keep their promises or not.

  npm run simulate -- [options]

  --cloud <run>    a run of tests/simulation/runs.ts: bucket, persistence, server, none, tabs, pages ... (bucket)
  --seeds <count>  how many (1000)
  --from <seed>    the first (1)
  --threads <n>    as many at once (2)
  --help           this text

It prints the states that were reached, and the first failure, cut to few actions; the exit code is 1 then.`;

/** What was asked for. Null: for this text, or it was not understood. */
function read() {
  const text = (fallback) => ({ type: 'string', default: fallback });
  const options = { cloud: text('bucket'), seeds: text('1000'), from: text('1'), threads: text('2') };
  try {
    const { values } = parseArgs({ options: { ...options, help: { type: 'boolean', short: 'h' } } });
    const { cloud, seeds, from, threads, help = false } = values;
    const [count, first, atOnce] = [seeds, from, threads].map(Number);
    if (help) console.log(usage);
    else if ([count, first, atOnce].every((number) => Number.isSafeInteger(number) && number > 0)) {
      return { run: cloud, from: first, count, threads: Math.min(atOnce, count) };
    } else throw new Error('--seeds, --from and --threads are whole numbers from 1');
  } catch ({ message }) {
    console.error(`${message}\n\n${usage}`);
    process.exitCode = 2;
  }
  return null;
}

const asked = read();
if (asked === null) process.exit();

const begin = performance.now();
const everyMs = 30_000;
let told = begin;

const tell = ({ runs, steps, actions, faults }) => {
  const seconds = (performance.now() - begin) / 1000;
  console.log(
    `${runs} seeds, ${(runs / seconds).toFixed(1)} a second, ${actions} actions, ${faults} faults, ${steps} steps`,
  );
};

const tally = await playSeeds({
  ...asked,
  onProgress: (soFar) => {
    if (performance.now() - told < everyMs) return;
    told = performance.now();
    tell(soFar);
  },
}).catch((error) => {
  if (!error.message.startsWith('there is no run')) throw error;
  console.error(error.message);
  process.exit(2);
});
tell(tally);
for (const [state, runs] of [...tally.sightings].sort(([, one], [, other]) => other - one)) {
  console.log(`${String(runs).padStart(8)}  ${state}`);
}
console.log(tally.failure ?? 'all promises were kept');
process.exitCode = tally.failure === null ? 0 : 1;
