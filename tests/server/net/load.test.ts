import { afterEach, expect, test } from 'vitest';
import { type Figure, isMet, lineOf } from '../../../bench/load/figures.mjs';
import { run as cutDatabase } from '../../../bench/load/lines/cutDatabase.mjs';
import { run as fanOut } from '../../../bench/load/lines/fanOut.mjs';
import { run as idle } from '../../../bench/load/lines/idle.mjs';
import { run as pushes } from '../../../bench/load/lines/pushes.mjs';
import { onPostgres } from '../../support/onPostgres.ts';
import { LoadStage } from './LoadStage.ts';

let stage: LoadStage;
afterEach(() => stage.close());

/** Counts must be met on any machine; how long things take, and how much, is only printed. */
function check(figures: readonly Figure[], least: { readonly [what: string]: number } = {}): void {
  for (const figure of figures) console.log(lineOf(figure));
  const counts = figures.filter(({ unit, most }) => unit === '' && most === 0);
  expect(counts.length).toBeGreaterThan(0);
  expect(counts.filter((figure) => !isMet(figure))).toEqual([]);
  for (const [what, value] of Object.entries(least)) {
    expect(figures.find((figure) => figure.what === what)?.value, what).toBeGreaterThanOrEqual(value);
  }
}

test('[LD3] on PGlite: batches of several writers are each confirmed, and told to all others once and in order', async () => {
  stage = new LoadStage(null);
  const { figures } = await pushes(stage, ['pglite']);
  check(figures, { 'pglite: delivered': 300 });
});

onPostgres((cluster) => {
  test('[LD1] 500 sockets that have nothing to say stay where they are', async () => {
    stage = new LoadStage(cluster());
    const { figures } = await idle(stage, { seconds: 10 });
    check(figures, { sockets: 500 });
  });

  test('[LD2] where a hundred sockets of ten tenants write, nothing is lost, told twice or out of order', async () => {
    stage = new LoadStage(cluster());
    const { figures, report } = await fanOut(stage, { seconds: 30 });
    check(figures, { writes: 15, delivered: 15 * 9 });
    expect(report).toMatchObject({ open: 100, pokes: 0, refusals: {} });
  });

  test('[LD3] on PostgreSQL: batches of several writers are each confirmed, and told to all others once and in order', async () => {
    stage = new LoadStage(cluster());
    const { figures } = await pushes(stage, ['postgres']);
    check(figures, { 'postgres: delivered': 300 });
  });

  test('[LD4] of three servers whose connections are cut again and again none ends, and nothing is lost', async () => {
    stage = new LoadStage(cluster());
    const { figures, report, cuts } = await cutDatabase(stage, { everyMs: 400 });
    check(figures, { writes: 120 });
    expect(cuts).toBeGreaterThan(0);
    expect(report).toMatchObject({ open: 30, pokes: 0 });
  });
});
