import { type IBucket, MemoryBucket } from 'tiersync';
import type { ConflictStrategy } from '../../src/interfaces/SyncTypes.ts';
import { FaultyBucket } from '../support/FaultyBucket.ts';
import { FaultyPersistence } from '../support/FaultyPersistence.ts';
import { type DiskAbilities, TextDisk } from '../support/TextDisk.ts';
import { Device, type DeviceOptions, day, device, fold, start } from './Fleet.ts';
import { Backend, SharedDouble } from './SharedDouble.ts';
import { Story } from './Story.ts';

/** Two devices and what they share. `a` is the one that crashes. */
export interface Stage {
  readonly bucket: IBucket;
  readonly a: Device;
  readonly b: Device;
  /** Another device, which has nothing yet. */
  readonly fresh: () => Device;
  readonly story: Story;
}

export interface CrashScenario {
  readonly title: string;
  readonly options?: DeviceOptions;
  readonly stage?: (abilities: DiskAbilities, options: DeviceOptions) => Stage;
  /** Without faults; every device that is open is closed afterwards. */
  readonly before?: (stage: Stage) => Promise<void>;
  /** On a device that is open, nothing loaded. */
  readonly run: (stage: Stage) => Promise<void>;
  /** Which cloud the app gives from now on. */
  readonly reattach?: (stage: Stage) => void;
  /** What the app does after the restart that it would do anyway. */
  readonly after?: (stage: Stage) => Promise<void>;
  /** Where a cloud confirms late. */
  readonly isSlow?: boolean;
}

export function onBucket(abilities: DiskAbilities, options: DeviceOptions): Stage {
  const bucket = new MemoryBucket();
  const made = (): Device => device(bucket, options, abilities);
  return { bucket, a: made(), b: made(), fresh: made, story: new Story() };
}

const onBackend = (abilities: DiskAbilities, options: DeviceOptions): Stage => {
  const backend = new Backend();
  backend.refuse = ({ record }) => (record?.text.includes('unwanted') ? 'nobody wants this' : null);
  const made = (): Device => new Device((faults) => new SharedDouble(backend, faults), options, abilities);
  return { bucket: new MemoryBucket(), a: made(), b: made(), fresh: made, story: new Story() };
};

const onPersistence = (abilities: DiskAbilities, options: DeviceOptions): Stage => {
  const cloud = new TextDisk();
  const made = (): Device =>
    new Device((faults) => new FaultyPersistence(cloud.open({ listKeys: true }), faults), options, abilities);
  return { bucket: new MemoryBucket(), a: made(), b: made(), fresh: made, story: new Story() };
};

/** Both devices have these. */
async function shared({ a, b, story }: Stage): Promise<void> {
  await a.open();
  for (const id of ['g.1', 'g.2', 'h.1', 'h.2']) story.save(a, id, `first ${id}`);
  await story.flush(a);
  await b.open();
  await b.sync();
  await b.environment.advance(1000);
  await a.environment.advance(2000);
}

/** Once, at the next commit of `a`. */
function beforeCommit({ a }: Stage, work: () => Promise<void>): void {
  a.faults.gate = ({ method, key }) => {
    if (method !== 'put' || key !== 'app/head') return undefined;
    a.faults.gate = null;
    return work();
  };
}

async function discardAll(device: Device): Promise<void> {
  for (const rejected of device.rejected) await device.settle(rejected.discard());
}

const conflictUnder = (conflictStrategy: ConflictStrategy, options: DeviceOptions = {}): CrashScenario => ({
  title: `conflict under ${conflictStrategy}`,
  options: conflictStrategy === 'custom' ? options : { conflictStrategy, ...options },
  async before(stage) {
    await shared(stage);
    const { b, story } = stage;
    story.save(b, 'g.1', 'of b', { ofB: 1 });
    story.save(b, 'h.1', 'of b too');
    await story.flush(b);
  },
  async run({ a, story }) {
    await a.label('g.1');
    story.save(a, 'g.1', 'of a', { ofA: 1 });
    await story.flush(a, 'local');
    await a.pull();
    await story.flush(a);
  },
});

const long = (text: string): string => `${text} ${'.'.repeat(400)}`;

export const crashScenarios: readonly CrashScenario[] = [
  {
    title: 'first upload',
    async run({ a, story }) {
      for (const id of ['g.1', 'g.2', 'h.1']) story.save(a, id, `first ${id}`);
      await story.flush(a);
    },
  },
  {
    title: 'edit and push',
    before: shared,
    async run({ a, story }) {
      await a.label('g.1');
      story.save(a, 'g.1', 'second');
      await story.flush(a);
      story.save(a, 'g.1', 'third');
      story.save(a, 'h.3', 'new');
      await story.flush(a);
    },
  },
  {
    title: 'pull of an edit',
    async before(stage) {
      await shared(stage);
      stage.story.save(stage.b, 'g.1', 'second');
      stage.story.save(stage.b, 'h.3', 'new');
      await stage.story.flush(stage.b);
    },
    async run({ a }) {
      a.notes.observeAll().subscribe();
      await a.pull();
    },
  },
  {
    title: 'delete on one side',
    async before(stage) {
      await shared(stage);
      stage.story.delete(stage.b, 'h.1');
      await stage.story.flush(stage.b);
    },
    async run({ a, story }) {
      await a.label('g.1');
      story.delete(a, 'g.1');
      await story.flush(a, 'local');
      await a.sync();
    },
  },
  {
    title: 'edit against delete',
    async before(stage) {
      await shared(stage);
      stage.story.delete(stage.b, 'g.1');
      await stage.story.flush(stage.b);
    },
    async run({ a, story }) {
      await a.label('g.1');
      story.save(a, 'g.1', 'edited');
      await story.flush(a, 'local');
      await a.sync();
      await story.flush(a);
    },
  },
  conflictUnder('last-write-wins'),
  {
    ...conflictUnder('last-write-wins'),
    title: 'conflict that the other side wins',
    async before(stage) {
      await shared(stage);
      await stage.b.environment.advance(5000);
      stage.story.save(stage.b, 'g.1', 'of b');
      await stage.story.flush(stage.b);
    },
  },
  conflictUnder('server-wins'),
  conflictUnder('client-wins'),
  conflictUnder('merge'),
  conflictUnder('custom', {
    conflictResolver: {
      resolve: ({ local, remote }) => {
        const label = `merged ${[local, remote].map((side) => (side as { label?: string } | null)?.label).sort()}`;
        return { ...remote, ...local, label };
      },
    },
  }),
  {
    title: 'batch over several keys',
    before: shared,
    async run({ a, story }) {
      await a.all();
      a.data.batch(() => {
        story.save(a, 'g.1', 'batched');
        story.delete(a, 'h.1');
        story.save(a, 'k.1', 'batched too');
      });
      await story.flush(a);
    },
  },
  {
    title: 'large commit',
    before: shared,
    async run({ a, story }) {
      for (let i = 0; i < 100; i++) story.save(a, `g.n${i}`, long(`n${i}`));
      await story.flush(a);
      await a.pull();
    },
  },
  {
    title: 'hydrate on access',
    async before(stage) {
      const { b, bucket, story } = stage;
      await b.open();
      for (const id of ['g.1', 'h.1', 'k.1']) story.save(b, id, `first ${id}`);
      await story.flush(b);
      await fold(bucket, start);
      story.save(b, 'g.2', 'in the tail');
      await story.flush(b);
    },
    async run({ a, story }) {
      await a.label('g.1');
      story.save(a, 'g.1', 'seen and edited');
      await story.flush(a);
      await a.label('h.1');
    },
  },
  {
    title: 'fresh bootstrap',
    async before(stage) {
      const { b, bucket, story } = stage;
      await b.open();
      for (let i = 0; i < 9; i++) story.save(b, `k${i}.1`, `first ${i}`);
      await story.flush(b);
      await fold(bucket, start);
      story.delete(b, 'k1.1');
      await story.flush(b);
    },
    async run({ a }) {
      await a.pull();
      await a.all();
    },
  },
  {
    title: 'lost race',
    before: shared,
    async run(stage) {
      const { a, b, story } = stage;
      await a.label('g.1');
      story.save(a, 'g.1', 'of a');
      story.save(a, 'k.1', 'new of a');
      beforeCommit(stage, async () => {
        b.save('g.1', 'of b');
        b.save('k.2', 'new of b');
        await b.flush();
      });
      story.note('k.2', 'new of b');
      await story.flush(a);
    },
  },
  {
    title: 'checkpoint',
    options: { sync: { bucket: { tailCommits: 4 } } },
    async before(stage) {
      await shared(stage);
      stage.story.save(stage.b, 'g.1', 'second');
      stage.story.delete(stage.b, 'g.2');
      await stage.story.flush(stage.b);
    },
    async run({ a, story }) {
      await a.pull();
      for (const label of ['third', 'fourth', 'fifth']) {
        story.save(a, 'h.1', label);
        await story.flush(a);
      }
    },
  },
  {
    title: 'rejected change',
    stage: onBackend,
    before: shared,
    async run({ a, story }) {
      await a.label('g.1');
      a.save('g.bad', 'unwanted');
      story.save(a, 'g.1', 'second');
      await story.flush(a, 'local');
      await a.sync();
      story.save(a, 'h.1', 'third');
      await story.flush(a);
      await discardAll(a);
    },
    after: ({ a }) => discardAll(a),
  },
  {
    title: 'setCloud to another bucket',
    async before(stage) {
      const { b, story } = stage;
      await stage.a.open();
      story.save(stage.a, 'g.1', 'on the old one');
      await story.flush(stage.a);
      await b.open();
      story.save(b, 'h.1', 'on the new one');
      await story.flush(b);
    },
    reattach: ({ a, b }) => {
      a.attach = b.attach;
    },
    stage: (abilities, options) => {
      const old = new MemoryBucket();
      const moved = onBucket(abilities, options);
      return { ...moved, a: device(old, options, abilities) };
    },
    async run({ a, bucket, story }) {
      story.save(a, 'g.2', 'while it moves');
      await a.settle(a.data.setCloud(new FaultyBucket(bucket, a.faults), { autoStart: false }));
      await a.sync();
      await story.flush(a);
    },
  },
  {
    title: 'restart with outbox',
    async before(stage) {
      await shared(stage);
      stage.story.save(stage.a, 'g.1', 'second');
      stage.story.delete(stage.a, 'h.1');
      stage.story.save(stage.a, 'k.1', 'new');
      await stage.story.flush(stage.a, 'local');
    },
    async run({ a, story }) {
      await a.settle(a.data.sync.push());
      await story.flush(a);
    },
  },
  {
    title: 'blind edit on a key that is not here',
    async before(stage) {
      const { b, bucket, story } = stage;
      await b.open();
      for (const id of ['g.1', 'g.2', 'h.1']) story.save(b, id, `first ${id}`);
      await story.flush(b);
      await fold(bucket, start);
    },
    async run({ a, story }) {
      story.save(a, 'g.1', 'blind');
      story.delete(a, 'h.1');
      await story.flush(a, 'local');
      await a.settle(a.data.sync.push());
      await story.flush(a);
    },
  },
  {
    title: 'move',
    before: async (stage) => {
      await shared(stage);
      stage.story.kept.add('first g.1');
    },
    async run({ a, story }) {
      await a.settle(a.notes.move('g.1', { group: 'h' }));
      story.note('g.1', null);
      await story.flush(a);
    },
  },
  {
    title: 'clear',
    before: shared,
    async run({ a, story }) {
      await a.label('g.1');
      story.clear(a);
      story.save(a, 'g.9', 'after it');
      await story.flush(a, 'local');
      await a.sync();
    },
  },
  {
    title: 'catch-up from too far back',
    async before(stage) {
      await shared(stage);
      const { b, bucket, story } = stage;
      story.save(b, 'g.1', 'second');
      story.delete(b, 'g.2');
      await story.flush(b);
      await fold(bucket, start);
      story.save(b, 'h.1', 'third');
      await story.flush(b);
    },
    async run({ a, story }) {
      story.save(a, 'h.2', 'of a');
      await a.sync();
      await story.flush(a);
    },
  },
  {
    title: 're-baseline after collected tombstones',
    async before(stage) {
      await shared(stage);
      const { a, b, bucket, story } = stage;
      story.save(a, 'h.1', 'an edit of what is deleted');
      await story.flush(a, 'local');
      await b.environment.advance(5000);
      story.delete(b, 'g.1');
      story.delete(b, 'h.1');
      await story.flush(b);
      await fold(bucket, start);
      await b.environment.advance(200 * day);
      story.save(b, 'k.1', 'much later');
      await story.flush(b);
      await fold(bucket, start + 200 * day);
      await a.environment.advance(300 * day);
    },
    async run({ a, story }) {
      story.save(a, 'g.5', 'created far away');
      await a.sync();
      await story.flush(a);
    },
  },
  {
    title: 'degraded cloud',
    stage: onPersistence,
    isSlow: true,
    async before({ a, b, story }) {
      await a.open();
      story.save(a, 'g.1', 'first');
      await a.sync();
      await b.open();
      await b.sync();
    },
    async run({ a, story }) {
      await a.label('g.1');
      story.save(a, 'g.1', 'second');
      story.save(a, 'h.1', 'new');
      await story.flush(a, 'local');
      await a.sync();
      await a.environment.advance(6000);
      await a.sync();
    },
  },
];
