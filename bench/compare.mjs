// Two builds in turn: this one and that of another commit.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { median } from './measure.mjs';
import { plan } from './plan.mjs';
import { number, table, time } from './report/format.mjs';
import { runJobs } from './runJobs.mjs';
import { workload, workloads } from './workloads/index.mjs';

const root = join(import.meta.dirname, '..');

function run(command, args, cwd) {
  const { status, stdout, stderr } = spawnSync(command, args, { cwd, encoding: 'utf8' });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')}: ${stderr.slice(-800)}`);
  return stdout.trim();
}

/** Builds a commit beside the working tree, with the dependencies of that one if they are the same. */
function build(commit) {
  const folder = join(mkdtempSync(join(tmpdir(), 'tiersync-compare-')), 'tree');
  run('git', ['worktree', 'add', '--detach', folder, commit], root);
  const lock = (where) => readFileSync(join(where, 'package-lock.json'), 'utf8');
  if (lock(folder) === lock(root)) symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  else run('npm', ['ci', '--no-fund', '--no-audit'], folder);
  run('npm', ['run', '--silent', 'build', '--', '--logLevel', 'error'], folder);
  return folder;
}

function remove(folder) {
  if (existsSync(folder)) run('git', ['worktree', 'remove', '--force', folder], root);
  rmSync(join(folder, '..'), { recursive: true, force: true });
}

/** Rounds are run in turn, each time another one first, so that what else the machine does hits both alike. */
export async function compare(commit, { count, rounds, rows }) {
  const name = run('git', ['rev-parse', '--short', commit], root);
  const found = new Map();
  const folder = build(commit);
  try {
    const ids = workloads.filter(({ stage }) => stage !== 'size').map(({ id }) => id);
    const jobs = plan({ count, budgetMs: 150, names: ['ours'], rows: rows ?? ids });
    const builds = [
      { at: 'here', env: {} },
      { at: 'there', env: { TIERSYNC_DIST: join(folder, 'dist') } },
    ];
    for (let round = 0; round < rounds; round++) {
      const row = (id) => found.get(id) ?? found.set(id, { here: [], there: [] }).get(id);
      for (const { at, env } of round % 2 === 0 ? builds : builds.toReversed()) {
        const onCell = (_, id, cell) => row(id)[at].push(cell.us ?? cell.bytes ?? Number.NaN);
        await runJobs(jobs, { deadlineS: 60, env, onCell });
      }
      console.error(`round ${round + 1} of ${rounds}`);
    }
  } finally {
    remove(folder);
  }
  const lines = [...found].map(([id, { here, there }]) => {
    const ratios = here.map((value, i) => value / there[i]).sort((a, b) => a - b);
    const shown = (values) =>
      workload(id).unit === 'bytes' ? `${Math.round(median(values))} B` : time(median(values));
    const spread = `${ratios[0].toFixed(2)} – ${ratios.at(-1).toFixed(2)}`;
    return [`${id} ${workload(id).title}`, shown(there), shown(here), `**${median(ratios).toFixed(2)}**`, spread];
  });
  console.log(`${number(count)} entities; median of ${rounds} rounds in turn; below 1 the working tree is faster\n`);
  console.log(table([['workload', name, 'working tree', 'ratio', 'lowest and highest'], ...lines]));
}
