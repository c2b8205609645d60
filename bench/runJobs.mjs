import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { median } from './measure.mjs';

const file = join(import.meta.dirname, 'child.mjs');

/**
 * What one process does: so many rows on one stage.
 * @typedef {{ name: string, file: string, env?: object, indexedOnly?: boolean, stage: string, count: number,
 *   budgetMs: number, rows: string[] }} Job
 */

/**
 * Plays a job in a process of its own and hands out its cells as they come. A row that takes longer than its deadline
 * ends the process. Resolves with what is still to be played: the rows after the one that ended it.
 */
function playOnce(job, { deadlineS, env, onCell }) {
  const args = ['--expose-gc', '--max-old-space-size=12000', file, JSON.stringify(job)];
  const child = spawn(process.execPath, args, {
    env: { ...process.env, NODE_ENV: 'production', ...job.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const left = [...job.rows];
  const end = (cell) => {
    const row = left.shift();
    if (row !== undefined) onCell(row, cell);
  };
  let isOver = false;
  let timer;
  const wait = () => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      isOver = true;
      child.kill('SIGKILL');
    }, deadlineS() * 1000);
  };
  wait();
  let complaint = '';
  child.stderr.on('data', (data) => (complaint = `${complaint}${data}`.slice(-2000)));
  let since = performance.now();
  createInterface(child.stdout).on('line', (line) => {
    if (!line.startsWith('@')) return;
    wait();
    since = performance.now();
    const { row, cell } = JSON.parse(line.slice(1));
    if (row === left[0]) end(cell);
  });
  return new Promise((resolve) => {
    child.on('close', (code) => {
      clearTimeout(timer);
      if (isOver) end({ over: Math.round((performance.now() - since) / 1000) });
      else if (code !== 0) end({ error: complaint.trim().split('\n').at(-1) || `it ended with ${code}` });
      // Some change by what code a process ends.
      else if (job.stage !== 'write') end({ error: 'it never answered' });
      resolve(left);
    });
  });
}

async function play(job, options) {
  for (let rows = job.rows; rows.length > 0; ) {
    const left = await playOnce({ ...job, rows }, options);
    // A process that ended well has played all of them.
    rows = left.length < rows.length ? left : [];
  }
}

/** Files are written by one process and read by three others, each new; the middle of them counts. */
async function playCold(job, options) {
  const folder = mkdtempSync(join(tmpdir(), 'tiersync-bench-'));
  const [row] = job.rows;
  try {
    let failure = null;
    await playOnce({ ...job, stage: 'write', folder }, { ...options, onCell: (_, cell) => (failure = cell) });
    if (failure !== null) return options.onCell(row, failure);
    const cells = [];
    for (let i = 0; i < 3; i++) {
      await playOnce({ ...job, folder }, { ...options, onCell: (_, cell) => cells.push(cell) });
    }
    const bad = cells.find(({ us }) => us === undefined);
    options.onCell(row, bad ?? { us: median(cells.map(({ us }) => us)) });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/**
 * Plays jobs one after the other. `deadlineS` is for each cell, `limitS` for all of them: what comes after it is not
 * played. Whoever looks hears of each cell.
 *
 * @param {Job[]} jobs
 * @param {{ deadlineS: number, limitS?: number, env?: object, onCell: (job: Job, row: string, cell: any) => void }} options
 */
export async function runJobs(jobs, { deadlineS, limitS = Number.POSITIVE_INFINITY, env = {}, onCell }) {
  const begun = performance.now();
  const leftS = () => limitS - (performance.now() - begun) / 1000;
  for (const job of jobs) {
    const tell = (row, cell) => onCell(job, row, cell);
    if (leftS() < 1) {
      for (const row of job.rows) tell(row, { over: 0 });
      continue;
    }
    const options = { deadlineS: () => Math.max(1, Math.min(deadlineS, leftS())), env, onCell: tell };
    await (job.stage === 'cold' ? playCold(job, options) : play(job, options));
  }
}
