import type { Change, IPersistence, StoredRecord, TierProblem } from 'tiersync';
import { type TierPlace, verify } from 'tiersync/maintenance';
import { openReader } from '../../src/maintenance/openReader.ts';
import { BucketPersistence } from '../../src/tiers/BucketPersistence.ts';
import { PersistenceTier } from '../../src/tiers/PersistenceTier.ts';
import { active, changeOf, deleted } from '../support/records.ts';
import { TestEnvironment } from '../support/TestEnvironment.ts';
import { peerOn, push } from '../tiers/bucket/support.ts';

export const environment = new TestEnvironment();

export const keyOf = (number: number): string => `app.k${String(number).padStart(3, '0')}`;
const idOf = (number: number, i: number): string => `${keyOf(number).slice(4)}.${i}`;

/** Small keys of two tasks and a deletion, and one that is kept in pages where keys are. */
export function recordsOf(number: number): readonly StoredRecord[] {
  const count = number === 0 ? 600 : 2;
  const tasks = Array.from({ length: count }, (_, i) =>
    active('Task', idOf(number, i), number + i, { title: `task ${i} of ${number}`, done: i % 2 === 0 }),
  );
  return [...tasks, active('Note', idOf(number, 5_000), 7, { text: 'é' }), deleted('Task', idOf(number, 9_000), 9)];
}

export const changesOf = (keys: number): readonly Change[] =>
  Array.from({ length: keys }, (_, number) =>
    recordsOf(number).map((record) => changeOf(keyOf(number), record)),
  ).flat();

export const persistenceAt = (place: TierPlace): IPersistence => {
  const { local } = place as { readonly local: IPersistence };
  return 'loadData' in local ? local : new BucketPersistence(local as never, environment.createId);
};

export const localTierAt = (place: TierPlace, problems: TierProblem[] = []): Promise<PersistenceTier> =>
  PersistenceTier.open({
    persistence: persistenceAt(place),
    keyPrefix: 'app.',
    createId: environment.createId,
    onProblem: (problem) => problems.push(problem),
  });

/** Writes what an app with so many keys would. */
export async function fill(place: TierPlace, keys: number, pageRecords = 2_048): Promise<void> {
  if ('cloud' in place) {
    const { tier } = peerOn(place.cloud, { tailCommits: 1, pageRecords });
    const changes = changesOf(keys);
    await push(tier, ...changes);
    await tier.maintain();
    await push(tier, changeOf(keyOf(1), active('Task', idOf(1, 1), 100, { title: 'edited' }, 2)));
    return;
  }
  const tier = await localTierAt(place);
  await tier.apply(changesOf(keys));
  await tier.apply([changeOf(keyOf(1), active('Task', idOf(1, 1), 100, { title: 'edited' }, 2))]);
}

/** Everything that can be read, by key: each record as a text. */
export async function readAll(place: TierPlace): Promise<Map<string, readonly string[]>> {
  const reader = openReader(place, environment);
  const { entityKeys } = await reader.outline();
  const looks = await reader.read(entityKeys);
  return new Map(
    looks
      .filter(({ records }) => records.length > 0)
      .map(({ entityKey, records }) => [
        entityKey,
        records.map(({ entityName, id, text }) => `${entityName} ${id} ${text}`).sort(),
      ]),
  );
}

/** By what stands where, for people who look at a failure. */
export const faultsOf = async (place: TierPlace): Promise<string[]> =>
  (await verify(place)).faults.map(({ code, object, message }) => `${code} ${object}: ${message}`);
