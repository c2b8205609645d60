import type * as Tiersync from 'tiersync';
import type { BucketSettings, DataOrchestrator, IBucket } from 'tiersync';
import { TestEnvironment } from '../support/TestEnvironment.ts';

type Package = typeof Tiersync;
type Settings = Partial<BucketSettings>;

export interface CloudGolden {
  /** Every object by name, as text. */
  readonly cloud: { readonly [name: string]: string };
  /** The folder of a device with something that waits to be sent, and a conflict. */
  readonly device: { readonly [name: string]: string };
  readonly expected: unknown;
}

const usual = { tailCommits: 4, tailBytes: 4_000, inlineBytes: 700 };
/** Few as the records of a key are, it is kept in pages. */
export const inPages = { pageRecords: 3 };

export async function openDevice(
  { DataOrchestrator, EntityKeyFieldStrategy }: Package,
  cloud: IBucket,
  local: IBucket,
  { environment = new TestEnvironment(), settings = {} }: { environment?: TestEnvironment; settings?: Settings } = {},
): Promise<DataOrchestrator> {
  const strategy = new EntityKeyFieldStrategy('group');
  const sync = { bucket: { ...usual, ...settings }, autoStart: false };
  return DataOrchestrator.create({ prefix: 'app', local, cloud, sync, strategy, environment }) as Promise<DataOrchestrator>;
}

/** Commits, a large one, checkpoints, deletions, a conflict and something that waits: one of each. */
export async function writeCloud(
  tiersync: Package,
  cloud: IBucket,
  device: IBucket,
  settings: Settings = {},
): Promise<void> {
  const environment = new TestEnvironment({ seed: 1 });
  const first = await openDevice(tiersync, cloud, new tiersync.MemoryBucket(), { environment, settings });
  const later = new TestEnvironment({ seed: 2, time: Date.parse('2026-05-17T12:01:00.000Z') });
  const second = await openDevice(tiersync, cloud, device, { environment: later, settings });
  const tasks = first.repo('Task');
  for (let number = 0; number < 6; number++) {
    const values = { when: new Date(0), big: 12n, bytes: new Uint8Array([1, 2]), odd: Number.NaN };
    tasks.save({ id: `a.${number}`, group: 'a', number, ...values });
    await first.flush('cloud');
  }
  tasks.delete('a.3');
  tasks.saveMany([0, 1, 2, 3].map((number) => ({ id: `b.${number}`, group: 'b', text: 'long '.repeat(60) })));
  await first.flush('cloud');
  await second.sync.pull();
  const theirs = second.repo('Task');
  await theirs.update('a.1', { number: 100 });
  tasks.save({ id: 'a.1', group: 'a', number: 200 });
  await first.flush('cloud');
  await second.sync.pull();
  theirs.save({ id: 'a.9', group: 'a', number: 900 });
  theirs.delete('b.1');
  await second.flush();
}

/** What a fresh device reads, and what the other one has waiting. */
export async function readCloud(tiersync: Package, cloud: IBucket, device: IBucket): Promise<unknown> {
  const fresh = await openDevice(tiersync, cloud, new tiersync.MemoryBucket());
  await fresh.sync.pull();
  const tasks = await fresh.repo('Task').getAll({ sort: [{ field: 'id' }] });
  const again = await openDevice(tiersync, cloud, device);
  const seen: { pending: unknown; conflicts: unknown } = { pending: null, conflicts: null };
  again.sync.pending$.subscribe((pending) => {
    seen.pending = pending;
  });
  again.sync.conflicts$.subscribe((conflicts) => {
    // As they were told of when these files were written.
    seen.conflicts = conflicts.map(({ base: _base, lost: _lost, restore: _restore, dismiss: _dismiss, ...told }) => told);
  });
  return JSON.parse(JSON.stringify({ tasks, ...seen }, plainly));
}

const plainly = (_field: string, value: unknown): unknown => {
  if (typeof value === 'bigint') return `${value}n`;
  if (value instanceof Uint8Array) return [...value];
  return Number.isNaN(value) ? 'NaN' : value;
};

export async function textsOf(bucket: IBucket): Promise<{ [name: string]: string }> {
  const texts: { [name: string]: string } = {};
  for await (const { name } of bucket.list('')) {
    const found = await bucket.get(name);
    if (found !== null && found !== 'unchanged') texts[name] = new TextDecoder().decode(found.bytes);
  }
  return texts;
}
