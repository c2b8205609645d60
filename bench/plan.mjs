// Who does what in a run: from what is wanted to jobs, each for one process.
import { subjects, versionOf } from './subjects.mjs';
import { workloads } from './workloads/index.mjs';

/** Where a subject is measured on a row: the ground that it needs for it, or null if it has none. */
function stageOf(subject, { id, stage, needs, from = 0 }, count) {
  if (subject.only && !subject.only.includes(id)) return null;
  if (subject.stages && !subject.stages.includes(stage)) return null;
  if (subject.without?.[id] !== undefined || count < from) return null;
  if (needs === 'watchChanges' && !subject.changes) return null;
  if (stage === 'floor') return subject.name === 'floor' ? stage : null;
  if (stage === 'sync') return subject.replicates ? stage : null;
  if (stage === 'indexed') return subject.indexes ? stage : null;
  if (stage === 'live') return subject.liveOn ?? 'plain';
  return stage;
}

export const amountOf = (cell) => cell?.us ?? cell?.bytes;

/** The peers of a row that were fastest in a run, or smallest, best first. */
export function bestPeers({ cells, count }, row, most = Number.POSITIVE_INFINITY) {
  return subjects
    .filter(({ kind, name }) => {
      const cell = cells[row]?.[name];
      return kind === 'peer' && amountOf(cell) !== undefined && (cell.count ?? count) === count;
    })
    .map(({ name }) => ({ name, value: amountOf(cells[row][name]) }))
    .sort((a, b) => a.value - b.value)
    .slice(0, most);
}

/**
 * The jobs of a run, stage by stage, so that those who are compared run one after the other. `known` is an earlier run:
 * with it, a row is played by its three best peers only.
 *
 * @param {{ count: number, budgetMs: number, known?: any, rows?: string[] | null, names?: string[] | null }} wanted
 */
export function plan({ count, budgetMs, known = null, rows = null, names = null }) {
  const jobs = new Map();
  for (const workload of workloads) {
    if (rows !== null && !rows.includes(workload.id)) continue;
    const best = known && bestPeers(known, workload.id, 3).map(({ name }) => name);
    for (const subject of subjects) {
      if (names !== null && !names.includes(subject.name)) continue;
      if (best !== null && subject.kind === 'peer' && !best.includes(subject.name)) continue;
      if (versionOf(subject) === null) continue;
      const size = Math.min(count, subject.most ?? count);
      const stage = stageOf(subject, workload, size);
      if (stage === null) continue;
      const key = `${stage} ${subject.name}`;
      const { name, file, env, indexedOnly } = subject;
      const job = jobs.get(key) ?? { name, file, env, indexedOnly, stage, count: size, budgetMs, rows: [] };
      jobs.set(key, job);
      job.rows.push(workload.id);
    }
  }
  const order = ['floor', 'plain', 'indexed', 'cold', 'sync', 'memory', 'size'];
  return [...jobs.values()].sort((a, b) => order.indexOf(a.stage) - order.indexOf(b.stage));
}
