import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { bundle } from './bundle.mjs';

/** So many at once in one thread: few enough that all threads end together. */
const chunk = 10;
/** What a run makes is soon garbage: a larger nursery spares most of the collecting. */
const resourceLimits = { maxYoungGenerationSizeMb: 128 };

/**
 * @typedef {object} Tally
 * @property {number} runs
 * @property {number} steps of the world, over all runs
 * @property {number} actions
 * @property {number} faults requests that did not go as they should
 * @property {Map<string, number>} sightings in how many runs each named state was reached
 * @property {Map<number, string>} digests of each seed: equal where the same happened, to the last request
 * @property {string | null} rule the promise that was broken first
 * @property {string | null} failure nothing, or the first failure as a person reads it
 *
 * @typedef {object} PlayOptions
 * @property {string} run a name of `tests/simulation/runs.ts`
 * @property {number} from
 * @property {number} count
 * @property {number} [threads]
 * @property {readonly { file: string, find: string, put: string }[]} [planted]
 * @property {(tally: Tally) => void} [onProgress]
 */

/**
 * Plays seeds in threads, up to the first failure.
 *
 * @param {PlayOptions} options
 * @returns {Promise<Tally>}
 */
export async function playSeeds({ run, from, count, threads = 2, planted = [], onProgress = () => {} }) {
  const folder = await mkdtemp(join(tmpdir(), 'tiersync-simulation-'));
  try {
    const file = join(folder, 'player.mjs');
    await bundle(file, planted);
    /** @type {Tally} */
    const tally = {
      runs: 0,
      steps: 0,
      actions: 0,
      faults: 0,
      sightings: new Map(),
      digests: new Map(),
      rule: null,
      failure: null,
    };
    let next = from;
    const takeTask = () => {
      if (next >= from + count || tally.failure !== null) return null;
      const task = { run, from: next, count: Math.min(chunk, from + count - next), isShort: planted.length > 0 };
      next += task.count;
      return task;
    };
    const add = (/** @type {Tally} */ part) => {
      tally.runs += part.runs;
      tally.steps += part.steps;
      tally.actions += part.actions;
      tally.faults += part.faults;
      tally.rule ??= part.rule;
      tally.failure ??= part.failure;
      for (const [state, runs] of part.sightings) tally.sightings.set(state, (tally.sightings.get(state) ?? 0) + runs);
      for (const [seed, digest] of part.digests) tally.digests.set(seed, digest);
      onProgress(tally);
    };
    await Promise.all(Array.from({ length: threads }, () => work(file, takeTask, add)));
    return tally;
  } finally {
    await rm(folder, { recursive: true });
  }
}

/**
 * One thread, until there is nothing left to do.
 *
 * @param {string} file
 * @param {() => object | null} takeTask
 * @param {(part: Tally) => void} add
 * @returns {Promise<void>}
 */
function work(file, takeTask, add) {
  const worker = new Worker(file, { resourceLimits });
  const done = new Promise((resolve, reject) => {
    const give = () => {
      const task = takeTask();
      if (task === null) resolve(undefined);
      else worker.postMessage(task);
    };
    worker.on('error', reject);
    worker.on('exit', () => reject(new Error('a thread ended in the middle of its work')));
    worker.on('message', (part) => {
      add(part);
      give();
    });
    give();
  });
  return done.finally(() => worker.terminate());
}
