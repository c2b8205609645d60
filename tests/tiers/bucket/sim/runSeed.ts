import '../../../support/loadedCode.ts';
import type { IBucket } from 'tiersync';
import { KeySums } from '../../../../src/blob/KeySums.ts';
import type { StoredRecord } from '../../../../src/interfaces/StoredRecord.ts';
import { compareRecords } from '../../../../src/reconcile/compareRecords.ts';
import type { BucketTier, BucketTierOptions } from '../../../../src/tiers/bucket/BucketTier.ts';
import { randomFrom } from '../../../support/randomFrom.ts';
import { type Chronicle, SimDevice, tagOf } from './SimDevice.ts';
import { SimBucket, SimStore } from './SimStore.ts';

/** What a run uses, so that a test can put something broken in the place of a part. */
export interface Parts {
  readonly Tier: new (options: BucketTierOptions) => BucketTier;
  readonly bucket?: (bucket: IBucket) => IBucket;
  /** Nobody asks whether the store compares before it writes. */
  readonly isProbed?: boolean;
}

export interface Result {
  readonly wrong: readonly string[];
  readonly horizon: number;
  readonly checkpoints: number;
  readonly largeCommits: number;
  readonly conflicts: number;
  readonly lineages: number;
}

const retention = 100;
const ids = ['a', 'b', 'c', 'd', 'e'];

/** One run: devices that write, delete, sync, sleep and crash on one bucket; then everything heals, and is looked at. */
export async function runSeed(seed: number, parts: Parts): Promise<Result> {
  const random = randomFrom(seed);
  const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)] as T;
  const chance = (share: number, most: number): number => (random() < share ? random() * most : 0);
  const weather = {
    fail: chance(0.7, 0.2),
    lost: chance(0.7, 0.2),
    late: chance(0.4, 0.15),
    crash: chance(0.6, 0.05),
  };
  const store = new SimStore(seed + 1, weather, random() < 0.5);
  const skew = chance(0.6, 3000);
  const grain = pick([1, 50, 500]);
  const settings = {
    tailCommits: pick([2, 4, 8]),
    inlineBytes: pick([32_768, 400, 0]),
    keepMs: pick([20, 100, 1e9]),
    tombstoneRetentionMs: retention,
    // By the number, so that what else a seed draws stays what it is.
    pageRecords: seed % 3 === 0 ? 1 : 2_048,
  };
  const isProbed = random() < 0.8 || parts.isProbed === true;
  const chronicle: Chronicle = { dead: new Set(), acked: new Map(), graves: new Map(), conflicts: 0, nextTag: 0 };
  let nonces = 0;
  const problems: string[] = [];

  const newDevice = (name: string, offset: number): SimDevice => {
    const now = (): number => Math.floor((store.time + offset) / grain) * grain;
    return new SimDevice({
      name,
      chronicle,
      now,
      padding: () => 'x'.repeat(Math.floor(random() * 3) * 150),
      openTier: (device) => {
        const bucket = new SimBucket(store, device);
        const options: BucketTierOptions = {
          bucket: parts.bucket?.(bucket) ?? bucket,
          prefix: 'app',
          environment: { now, createId: () => `n${nonces++}` },
          device: name,
          onProblem: ({ message }) => problems.push(message),
          settings,
          isProbed: isProbed || device.isProbed,
          onProbed: () => {
            device.isProbed = true;
          },
        };
        return new parts.Tier(options);
      },
    });
  };

  const devices = Array.from({ length: 2 + Math.floor(random() * 3) }, (_, at) =>
    newDevice(`D${at}`, Math.round((random() - 0.5) * 2 * skew)),
  );
  const sleeper = random() < 0.5 ? pick(devices) : null;
  const from = 150 + random() * 300;
  const until = from + 400 + random() * 300;
  const emptied = random() < 0.25 ? Math.floor(from + random() * 400) : -1;
  let hasForgotten = false;
  let lineages = 1;

  /** Who meets another history offers all it has: what this one has forgotten may come back by that. */
  const noteForgotten = (): void => {
    const head = store.objects.get('app/head');
    hasForgotten ||= head !== undefined && /"horizon":\{"seq":[1-9]/.test(new TextDecoder().decode(head.bytes));
  };

  const turn = async (device: SimDevice): Promise<void> => {
    if (random() < store.weather.crash) {
      store.drop(device);
      device.crash();
      return;
    }
    await store.advance(device);
  };
  const finish = async (device: SimDevice, work: () => Promise<void>): Promise<void> => {
    device.start(work);
    for (let n = 0; device.work !== null && n < 5000; n++) {
      await store.advance(device);
      if (!store.isBusy(device)) await new Promise<void>((resolve) => setImmediate(resolve));
    }
  };

  for (let step = 0; step < 1400; step++) {
    store.step = step;
    if (step % 3 === 0) store.time += Math.floor(random() * 25);
    if (random() < 0.2) await store.advance(null);
    if (step === emptied) {
      noteForgotten();
      for (const device of devices) device.crash();
      store.empty();
      lineages += 1;
    }
    const device = pick(devices);
    const isAsleep = device === sleeper && step > from && step < until;
    if (device.work !== null && !isAsleep) await turn(device);
    const choice = random();
    if (choice < 0.05) device.write(pick(ids), false);
    else if (choice < 0.08) device.write(pick(ids), true);
    else if (device.work === null && !isAsleep) {
      if (choice < 0.6) device.start(() => device.sync());
      else if (choice < 0.61) device.start(async () => void (await device.tier.collectGarbage()));
    }
  }

  store.heal();
  store.step = Number.POSITIVE_INFINITY;
  while (store.isBusy(null)) await store.advance(null);
  for (const device of devices) if (device.work !== null) await finish(device, () => device.work as Promise<void>);
  // One round more where the bucket was emptied: the first answer to that is an error.
  for (let round = 0; round < (emptied < 0 ? 2 : 4); round++) {
    for (const device of devices) await finish(device, () => device.sync());
  }

  if (lineages > 1) noteForgotten();
  const fresh = newDevice('fresh', 0);
  await finish(fresh, () => fresh.sync());
  const wrong: string[] = [];
  const live = ({ records }: SimDevice): string =>
    [...records.values()]
      .flatMap((r) => (r.isDeleted ? [] : r.text))
      .sort()
      .join();
  if (new Set(devices.map(live)).size > 1) wrong.push('P1 devices differ');
  if (live(fresh) !== live(devices[0] as SimDevice)) wrong.push('P1 a fresh device differs');
  const isBack = (r: StoredRecord): boolean => !r.isDeleted && chronicle.dead.has(tagOf(r));
  if (!hasForgotten && devices.some(({ records }) => [...records.values()].some(isBack))) {
    wrong.push('P4 a deleted version returned');
  }
  for (const [id, acked] of chronicle.acked) {
    const there = fresh.records.get(id);
    const grave = chronicle.graves.get(id) ?? -1;
    if (there === undefined ? !acked.isDeleted && grave < acked.stamp : compareRecords(there, acked) < 0) {
      if (!hasForgotten || !acked.isDeleted) wrong.push('P2 a confirmed write is lost');
    }
  }
  for (const device of [...devices, fresh]) if (device.fault !== undefined) wrong.push(`fault: ${device.fault}`);
  if (problems.length > 0) wrong.push(`problem: ${problems[0]}`);
  const horizon = await inspect();

  async function inspect(): Promise<number> {
    let seq = 0;
    await finish(fresh, async () => {
      const before = [...store.objects.keys()].length;
      const { horizon, changes } = await fresh.tier.changesSince(null);
      const metadata = await fresh.tier.readMetadata();
      for (const [key, summary] of Object.entries(metadata.entityKeys)) {
        const records = await fresh.tier.readKey(key);
        if (changes.length === 0 && KeySums.of(records).summary().hash !== summary.hash)
          wrong.push('P6 the index is wrong');
      }
      await fresh.tier.collectGarbage();
      for (const key of Object.keys(metadata.entityKeys)) await fresh.tier.readKey(key);
      if (before < store.objects.size) wrong.push('P11 looking writes');
      seq = horizon.seq;
    });
    const later = newDevice('later', 0);
    await finish(later, () => later.sync());
    if (live(later) !== live(fresh)) wrong.push('P6 garbage was needed');
    return seq;
  }

  const { index: checkpoints = 0, changes: largeCommits = 0 } = store.written;
  return { wrong, horizon, checkpoints, largeCommits, conflicts: chronicle.conflicts, lineages };
}
