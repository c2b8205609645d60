// Where and when something was measured, for all who keep figures.
import { spawnSync } from 'node:child_process';
import { cpus, loadavg } from 'node:os';

const git = (...args) => spawnSync('git', args, { cwd: import.meta.dirname, encoding: 'utf8' }).stdout.trim();

function commit() {
  // What the figures themselves change makes no other program.
  const edited = git('status', '--porcelain', '--', '../src', '.', ':!results');
  return `${git('rev-parse', '--short', 'HEAD') || 'unknown'}${edited === '' ? '' : ' and edits'}`;
}

const load = () => loadavg()[0].toFixed(1);

/** Call it before, and what it returns afterwards. */
export function measuring() {
  const start = { at: new Date().toISOString(), load: load() };
  const begun = performance.now();
  return () => ({
    at: start.at,
    commit: commit(),
    machine: `${cpus().length} × ${cpus()[0]?.model.trim()}, node ${process.version}`,
    load: `${start.load} before, ${load()} after`,
    seconds: Math.round((performance.now() - begun) / 1000),
  });
}
