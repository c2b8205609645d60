import { measuring } from './machine.mjs';
import { plan } from './plan.mjs';
import { cell as shown } from './report/format.mjs';
import { runJobs } from './runJobs.mjs';
import { workloads } from './workloads/index.mjs';

const counts = [1_000, 10_000, 100_000, 1_000_000];
/** A bare map misses caches as well: what grows no more than it does, does not grow by what we do. */
const names = ['ours', 'floor'];
const timed = workloads.filter(({ stage }) => !['floor', 'memory', 'size'].includes(stage)).map(({ id }) => id);

/** The slope of the line through the logarithms: 0 is flat, 1 grows as the collection does. */
export function exponent(points) {
  const logs = points.map(([x, y]) => [Math.log(x), Math.log(y)]);
  const mean = (at) => logs.reduce((sum, point) => sum + point[at], 0) / logs.length;
  const [x0, y0] = [mean(0), mean(1)];
  const sum = (term) => logs.reduce((all, point) => all + term(point), 0);
  return sum(([x, y]) => (x - x0) * (y - y0)) / sum(([x]) => (x - x0) ** 2);
}

/** Ours and the floor, at sizes that are ten times each other. */
export async function measureGrowth({ rows, budgetMs = 400 }) {
  const end = measuring();
  const cells = {};
  for (const count of counts) {
    const onCell = ({ name }, row, cell) => {
      ((cells[row] ??= {})[name] ??= {})[count] = cell;
      console.error(`${row.padEnd(7)} ${String(count).padStart(8)} entities ${name.padEnd(6)} ${shown(cell)}`);
    };
    const jobs = plan({ count, budgetMs, names, rows: timed.filter((id) => rows?.includes(id) ?? true) });
    await runJobs(jobs, { deadlineS: 240, onCell });
  }
  return { counts, measured: end(), cells };
}
