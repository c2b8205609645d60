// npm run bench [-- --count 100000]: tiersync beside plain JavaScript written by hand, on the same work in one run.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

const { values } = parseArgs({ options: { count: { type: 'string', default: '100000' } } });
const subjects = [
  { name: 'floor', label: 'Map by hand', env: {} },
  { name: 'ours', label: 'tiersync', env: {} },
  { name: 'ours', label: 'freeze: false', env: { TIERSYNC_FREEZE: 'off' } },
];

function run(subject, ...args) {
  const child = new URL('child.mjs', import.meta.url).pathname;
  const command = ['--expose-gc', '--max-old-space-size=4096', child, subject.name, ...args];
  const { stdout, stderr, status } = spawnSync(process.execPath, command, {
    encoding: 'utf8',
    env: { ...process.env, NODE_ENV: 'production', ...subject.env },
    maxBuffer: 1 << 26,
  });
  if (status !== 0) throw new Error(`${subject.label} ${args.join(' ')}: ${stderr.slice(0, 800)}`);
  return JSON.parse(stdout.split('\n@').at(-1));
}

const columns = subjects.map((subject) => {
  const folder = mkdtempSync(join(tmpdir(), 'tiersync-bench-'));
  try {
    const core = run(subject, 'core', values.count);
    run(subject, 'cold', values.count, folder, '--write');
    const cold = run(subject, 'cold', values.count, folder);
    const memory = run(subject, 'memory', values.count);
    return { ...core, ...cold, ...memory };
  } finally {
    rmSync(folder, { recursive: true });
  }
});

const format = (name, value) => {
  if (name.includes('bytes')) return `${Math.round(value)} B`;
  if (value >= 10_000) return `${(value / 1000).toFixed(0)} ms`;
  if (value >= 1000) return `${(value / 1000).toFixed(2)} ms`;
  return value >= 10 ? `${value.toFixed(0)} µs` : `${value.toFixed(2)} µs`;
};
const names = Object.keys(columns[0]).sort((a, b) => a.localeCompare(b, 'en', { numeric: true }));
console.log(`${values.count} entities, node ${process.version}, ${cpus().length} × ${cpus()[0]?.model}\n`);
console.log(`| workload | ${subjects.map(({ label }) => label).join(' | ')} | tiersync / Map |`);
console.log(`| --- | ${subjects.map(() => '--:').join(' | ')} | --: |`);
for (const name of names) {
  const cells = columns.map((column) => format(name, column[name]));
  console.log(`| ${name} | ${cells.join(' | ')} | ${(columns[1][name] / columns[0][name]).toFixed(1)}× |`);
}
