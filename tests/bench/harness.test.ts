import { expect, test } from 'vitest';
import { exponent } from '../../bench/growth.mjs';
import { bestPeers, plan } from '../../bench/plan.mjs';
import { runJobs } from '../../bench/runJobs.mjs';

interface Cell {
  readonly us?: number;
  readonly bytes?: number;
  readonly error?: string;
  readonly over?: number;
}

type Job = Parameters<typeof runJobs>[0][number];

/** What was heard of each row, by subject. */
async function played(jobs: Job[], deadlineS = 60): Promise<Map<string, Cell>> {
  const cells = new Map<string, Cell>();
  const onCell = ({ name }: Job, row: string, cell: Cell): void => void cells.set(`${name} ${row}`, cell);
  await runJobs(jobs, { deadlineS, onCell });
  return cells;
}

const few = { count: 1000, budgetMs: 5 };
const isMeasured = ({ us, bytes }: Cell): boolean => (us ?? bytes ?? Number.NaN) >= 0;

test('[BM1] each workload gets right answers from tiersync and from the floor', async () => {
  const ours = await played(plan({ ...few, names: ['ours'] }));
  const rows = ['W0', 'W1', 'W3', 'W4', 'W5', 'W6a', 'W6c', 'W6d'];
  const floor = await played(plan({ ...few, names: ['floor'], rows }));
  expect([...ours, ...floor].filter(([, cell]) => !isMeasured(cell))).toEqual([]);
  expect([ours.size, floor.size]).toEqual([21, 8]);
}, 120_000);

test('[BM2] a row that never ends is stopped, and the rows after it are played', async () => {
  const rows = ['W3', 'W6a', 'W2'];
  const job = { ...few, name: 'silent', file: '../tests/bench/silent.mjs', stage: 'plain', rows };
  const cells = await played([job], 3);
  expect([...cells].map(([row, cell]) => [row, isMeasured(cell), cell.over === undefined])).toEqual([
    ['silent W3', true, true],
    ['silent W6a', false, false],
    ['silent W2', true, true],
  ]);
}, 60_000);

test('[BM3] a row is played by the floors, by tiersync and by its three best peers of an earlier run', () => {
  const cells = {
    W3: {
      floor: { us: 1 },
      ours: { us: 2 },
      yjs: { us: 5 },
      lokijs: { us: 3 },
      rxdb: { us: 9 },
      dexie: { us: 7 },
      pouchdb: { error: 'wrong answer' },
      automerge: { us: 1, count: 10_000 },
    },
  };
  const known = { count: 100_000, cells };
  expect(bestPeers(known, 'W3', 3).map(({ name }) => name)).toEqual(['lokijs', 'yjs', 'dexie']);
  const names = plan({ count: 1000, budgetMs: 1, known, rows: ['W3'] }).map(({ name }) => name);
  const ofPeers = names.filter((name) => !['floor', 'sqlite', 'ours'].includes(name));
  // Only those that are installed here.
  expect(ofPeers.filter((name) => !['lokijs', 'yjs', 'dexie'].includes(name))).toEqual([]);
  expect(names).toEqual(expect.arrayContaining(['floor', 'ours']));
});

test('[BM4] the exponent of what is flat is 0, and of what grows as the collection does, 1', () => {
  const at = (growth: number): [number, number][] => [1e3, 1e4, 1e5, 1e6].map((count) => [count, 7 * count ** growth]);
  expect(exponent(at(0))).toBeCloseTo(0);
  expect(exponent(at(1))).toBeCloseTo(1);
  expect(exponent(at(0.5))).toBeCloseTo(0.5);
});
