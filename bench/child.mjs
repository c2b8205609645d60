// One subject on one stage, in a process of its own; `runJobs.mjs` starts it. Prints a line of JSON for each row.
import { settled } from './measure.mjs';
import { writeFolder } from './workloads/coldStart.mjs';
import { Ground } from './workloads/Ground.mjs';
import { workload } from './workloads/index.mjs';
import { Pair } from './workloads/sync.mjs';

const { file, stage, rows, indexedOnly, ...job } = JSON.parse(process.argv[2]);
const say = (line) => process.stdout.write(`\n@${JSON.stringify(line)}\n`);
// Some print a line a call.
for (const level of ['log', 'info', 'warn', 'debug', 'error']) console[level] = () => {};

/** What workloads stand on, by stage. */
const grounds = {
  plain: (on) => new Ground({ ...on, indexed: false }),
  indexed: (on) => new Ground({ ...on, indexed: true }),
  sync: (on) => new Pair(on),
};

const { default: adapter } = await import(`./${file}`);
const on = { ...job, subject: { indexedOnly, ...adapter } };
if (stage === 'write') {
  await writeFolder(on);
} else {
  const ground = grounds[stage]?.(on) ?? on;
  await ground.warmUp?.();
  say({ ready: true });
  for (const id of rows) {
    const { run, unit = 'us' } = workload(id);
    try {
      const found = await settled(run(ground));
      say({ row: id, cell: typeof found === 'number' ? { [unit]: found } : found });
    } catch (error) {
      say({ row: id, cell: { error: String(error?.message ?? error).slice(0, 160) } });
    }
  }
}
// Some never end by themselves.
process.stdout.write('', () => process.exit(0));
