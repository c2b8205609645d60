import { parentPort } from 'node:worker_threads';
import { simulateSeeds } from 'tiersync/testing';
import { failureText } from './failureText.ts';
import { runOf } from './runs.ts';

/** Seeds that a thread is asked to play. */
interface Task {
  readonly run: string;
  readonly from: number;
  readonly count: number;
  /** A failure is expected: its promise is enough. */
  readonly isShort: boolean;
}

parentPort?.on('message', async ({ run, from, count, isShort }: Task) => {
  const options = runOf(run);
  const report = await simulateSeeds({ ...options, from, count });
  const { runs, steps, actions, faults, sightings, digests, bad } = report;
  const rule = bad[0]?.violations[0]?.rule ?? null;
  const failure = isShort ? (bad[0]?.violations[0]?.message ?? null) : await failureText(run, report);
  parentPort?.postMessage({ runs, steps, actions, faults, sightings, digests, rule, failure });
});
