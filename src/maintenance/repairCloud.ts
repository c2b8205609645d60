import { BucketTier } from '../tiers/bucket/BucketTier.ts';
import type { CloudLook } from './CloudLook.ts';
import { CloudReader } from './CloudReader.ts';
import type { Fault } from './Fault.ts';
import { isLossy } from './mendedHead.ts';
import { type Outside, objectsOf, openReader } from './openReader.ts';
import { damagedKeys, lossOf, type RepairOptions, type RepairReport, repairReport } from './RepairReport.ts';
import { rebuildHead } from './rebuildHead.ts';
import type { CloudPlace } from './TierPlace.ts';
import type { KeyLook } from './TierReader.ts';
import { takeIntoCloud } from './takeIntoCloud.ts';
import { survey } from './verify.ts';

/** Folds whatever waits, and neither forgets nor removes anything: how long the app keeps things is its own affair. */
const settings = { tailCommits: 1, keepMs: Number.POSITIVE_INFINITY, tombstoneRetentionMs: Number.POSITIVE_INFINITY };

/** A shared bucket, mended by a head that leads to what is there, and by commits of what another tier holds. */
export async function repairCloud(place: CloudPlace, options: RepairOptions, outside: Outside): Promise<RepairReport> {
  const objects = objectsOf(place, outside);
  const reader = new CloudReader(objects);
  const seen = new Map<string, KeyLook>();
  const names = new Set<string>();
  const before = await survey(reader, options, (look) => {
    for (const name of namesOf(look)) names.add(name);
    if (look.faults.length > 0) seen.set(look.entityKey, look);
  });
  if (before.length === 0) return repairReport(before, [], { taken: 0, setAside: [] });
  const { bucket, prefix, environment } = { bucket: place.cloud, prefix: place.prefix, environment: outside };
  const device = outside.createId(16);
  const tier = new BucketTier({ bucket, prefix, environment, device, onProblem: () => {}, settings });
  // Also finds out whether this store compares before it writes.
  await tier.prepare();
  const { look } = reader;
  const setAside = needsHead(before) ? await rebuildHead(look, before, { place, objects, outside }) : [];
  const { from, isSynced = (name: string) => names.has(name) } = options;
  const withheld = new Set<string>();
  const mayGo = (name: string): boolean => isSynced(name) || !withheld.add(name);
  let taken = 0;
  if (from !== undefined) {
    const other = openReader(from, outside);
    const { entityKeys } = await other.outline();
    const wanted = isLossy(look) ? [...new Set([...damagedKeys(before), ...entityKeys])] : damagedKeys(before);
    taken = await takeIntoCloud(wanted, { tier, other, isSynced: mayGo, options });
  }
  await tier.changesSince(null);
  if (seen.size > 0) await tier.maintain();
  await tier.close();
  const lost: Fault[] = isLossy(look) ? unknownLosses(look, place.prefix, from === undefined, withheld) : [];
  const after = await survey(new CloudReader(objects), options, (now) => {
    lost.push(...lossOf(now, seen.get(now.entityKey)?.said));
  });
  const unreadable = [...seen.values()].flatMap(({ faults }) => faults.filter(({ code }) => code === 'corrupt'));
  const aside = new Set([...setAside, ...unreadable.map(({ object }) => object)]);
  return repairReport(before, [...after, ...lost], { taken, setAside: [...aside] });
}

/** What is wrong is not, or not only, a blob. */
const needsHead = (faults: readonly Fault[]): boolean =>
  faults.some(({ entityKey, code }) => entityKey === null || code === 'miscounted');

function* namesOf({ records, said }: KeyLook): Generator<string> {
  yield* Object.keys(said?.entities ?? {});
  for (const { entityName } of records) yield entityName;
}

/** What may be gone, and nobody can tell: it comes back with those who hold it. */
function unknownLosses({ head }: CloudLook, object: string, isAlone: boolean, withheld: ReadonlySet<string>): Fault[] {
  const lost = (message: string): Fault => ({ code: 'lost', entityKey: null, object, message });
  const what = head === null ? 'the latest commits are' : 'something is';
  const names = [...withheld].sort().join(', ');
  return [
    ...(isAlone ? [lost(`${what} gone; each device brings what it holds of that with its next sync`)] : []),
    ...(names === ''
      ? []
      : [lost(`not taken from the other tier, as nothing here says that they may be shared: ${names}`)]),
  ];
}
