import type { EntityKeyData, IBucket, IPersistence } from 'tiersync';
import { verify } from 'tiersync/maintenance';
import { type Inspection, simulateSeeds } from 'tiersync/testing';
import { expect, test } from 'vitest';
import { bucketRun } from '../simulation/runs.ts';

const first = Number(process.env['FROM'] ?? 1);
const seeds = Number(process.env['SEEDS'] ?? 6);

type Device = Inspection['devices'][number];

interface Objects {
  get(name: string): Awaited<ReturnType<IBucket['get']>>;
  list(prefix: string): { readonly name: string; readonly size: number }[];
}

const asBucket = (objects: Objects): IBucket => ({
  get: async (name) => objects.get(name),
  list: async function* (prefix) {
    yield* objects.list(prefix);
  },
  put: () => Promise.reject(new Error('verify does not write')),
  delete: () => Promise.reject(new Error('verify does not write')),
});

const asPersistence = ({ disk }: Device): IPersistence => ({
  loadData: async (key) => JSON.parse(disk.read(key) ?? 'null') as EntityKeyData | null,
  listKeys: async (prefix) => disk.keys.filter((key) => key.startsWith(prefix)),
  storeData: () => Promise.reject(new Error('verify does not write')),
  clearData: () => Promise.reject(new Error('verify does not write')),
});

/** What is found wrong with what everybody left behind. */
async function faultsOf({ devices, cloud }: Inspection): Promise<string[]> {
  const { objects } = cloud as unknown as { readonly objects: Objects };
  const places = devices
    // What was torn is wrong, and said to be; where nothing keeps processes apart, one that is over may still write.
    .filter((device) => !device.wasTorn && !(device.hasCrashed && isOpenToMany(device)))
    .map((device) => ({
      name: `device ${device.number}`,
      place: {
        prefix: 'app',
        local: device.plan.local === 'bucket' ? asBucket(device.objects as unknown as Objects) : asPersistence(device),
      },
    }));
  const found: string[] = [];
  for (const { name, place } of [...places, { name: 'cloud', place: { prefix: 'app', cloud: asBucket(objects) } }]) {
    for (const { code, message } of (await verify(place)).faults) found.push(`${name}: ${code} ${message}`);
  }
  return found;
}

const isOpenToMany = ({ plan }: Device): boolean => plan.local !== 'bucket' && plan.local.exclusive !== true;

test('[MT1] whatever devices went through, nothing is found wrong with what they and their bucket hold', async () => {
  const { bad } = await simulateSeeds({
    ...bucketRun,
    from: first,
    count: seeds,
    inspect: faultsOf,
    stopsAtFirst: false,
  });
  expect(
    bad.flatMap(({ plan, violations }) => violations.map(({ message }) => `seed ${plan.seed}: ${message}`)),
  ).toEqual([]);
}, 120_000);
