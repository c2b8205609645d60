import { measuring } from './machine.mjs';
import { plan } from './plan.mjs';
import { cell as shown } from './report/format.mjs';
import { runJobs } from './runJobs.mjs';
import { subject, subjects, versionOf } from './subjects.mjs';
import { workload } from './workloads/index.mjs';

const howToInstall = 'npm ci --prefix bench/peers';

/** Plays a plan and tells on the way what it found. */
export async function measure({ deadlineS, limitS, env, ...wanted }) {
  const { count } = wanted;
  const end = measuring();
  const absent = subjects.filter((known) => versionOf(known) === null);
  if (absent.length > 0) {
    console.error(`Not installed: ${absent.map(({ label }) => label).join(', ')}. To have them too: ${howToInstall}\n`);
  }
  const cells = {};
  const onCell = (job, row, cell) => {
    (cells[row] ??= {})[job.name] = job.count === count ? cell : { ...cell, count: job.count };
    console.error(`${row.padEnd(7)} ${subject(job.name).label.padEnd(24)} ${shown(cell, workload(row).unit)}`);
  };
  await runJobs(plan(wanted), { deadlineS, limitS, env, onCell });
  const versions = Object.fromEntries(
    subjects.filter(({ kind, packages }) => packages && kind !== 'ours').map((known) => [known.name, versionOf(known)]),
  );
  return { count, measured: end(), versions, cells };
}
