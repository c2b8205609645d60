import { type DefectCase, DefectShown, expectSound } from '../Subject.ts';
import { TextPersistence } from '../TextPersistence.ts';
import { quiet, World } from '../World.ts';
import { expectTitle, record, type Session, start } from './session.ts';

/** Two devices on one cloud; each sees it through a persistence of its own, where its calls can be held up. */
async function twoDevices(subject: Parameters<DefectCase['scenario']>[0]) {
  const texts = new Map<string, string>();
  const clouds = [new TextPersistence(texts), new TextPersistence(texts)] as const;
  const worlds = [new World(), new World()] as const;
  // Devices do not tick together; where they do by chance, the naive build goes wrong for that reason already.
  worlds[1].time += 33;
  worlds[1].nextIds = Array.from({ length: 10 }, (_, i) => `second${i}`);
  const first = await start(subject.restarted(), { world: worlds[0], cloud: clouds[0] });
  const second = await start(subject.restarted(), { world: worlds[1], cloud: clouds[1] });
  return { clouds, first, second };
}

async function round({ world, data }: Session): Promise<void> {
  world.time += 10;
  await data.flush();
  await data.sync();
  await data.flush();
}

export const cloudCases: readonly DefectCase[] = [
  {
    id: 'D02',
    title: 'two devices that write at the same time do not leave an index that belongs to another blob',
    scenario: async (subject) => {
      const { clouds, first, second } = await twoDevices(subject);
      const shared = first.data.repo('Task').save({ title: 'shared' });
      await round(first);
      await round(second);
      await second.data.repo('Task').get(shared);
      await round(second);
      const ofFirst = first.data.repo('Task').save({ title: 'of the first' });
      const ofSecond = second.data.repo('Task').save({ title: 'of the second' });
      await first.data.flush();
      await second.data.flush();
      // Blob of the second, blob of the first, index of the first, index of the second.
      const order = [clouds[1], clouds[0], clouds[0], clouds[1]];
      for (const cloud of clouds) {
        cloud.onStore = async () => {
          for (let turn = 0; order[0] !== cloud && turn < 50; turn++) await quiet();
          order.shift();
        };
      }
      await Promise.all([first.data.sync(), second.data.sync()]);
      for (const cloud of clouds) cloud.onStore = () => {};
      for (let i = 0; i < 4; i++) {
        for (const device of [first, second]) {
          // Longer than any write takes: only then can somebody know that his own was written over.
          device.world.time += 6000;
          await round(device);
        }
      }
      for (const { data } of [first, second]) {
        await expectTitle(data, ofFirst, 'of the first', 'the devices differ for ever');
        await expectTitle(data, ofSecond, 'of the second', 'the devices differ for ever');
      }
    },
  },
  {
    id: 'D04',
    title: 'an app starts without its cloud',
    scenario: async (subject) => {
      const cloud = new TextPersistence();
      cloud.onLoad = () => Promise.reject(new Error('no network'));
      try {
        const { data } = await start(subject, { cloud });
        data.repo('Task').save({ title: 'offline' });
      } catch (error) {
        if ((error as Error).message !== 'no network') throw error;
        throw new DefectShown('load failed because the cloud is down', { cause: error });
      }
    },
  },
  {
    id: 'D06',
    title: 'saving an entity that only the cloud has makes no second one',
    scenario: async (subject) => {
      const { first, second } = await twoDevices(subject);
      const id = first.data.repo('Task').save({ title: 'v1' });
      await round(first);
      await round(second);
      expectSound(second.data.repo('Task').save({ id, title: 'v2' }) === id, 'the save made a second entity');
    },
  },
  {
    id: 'D07',
    title: 'observers see what another device wrote',
    scenario: async (subject) => {
      const { first, second } = await twoDevices(subject);
      const id = first.data.repo('Task').save({ title: 'v1' });
      await round(first);
      const seen = record(second.data.repo('Task').observe(id));
      await quiet();
      second.data.repo('Task').save({ title: 'makes the partition known to this device' });
      await round(second);
      first.world.time += 10;
      first.data.repo('Task').save({ id, title: 'v2' });
      await round(first);
      for (let i = 0; i < 3; i++) await round(second);
      const row = await second.data.repo('Task').get(id);
      if (row?.['title'] !== 'v2') throw new Error('The change did not come into memory, so nobody can observe it.');
      expectSound(seen.values.at(-1)?.['title'] === 'v2', 'the observer still shows the old version');
      seen.stop();
    },
  },
  {
    id: 'D09',
    title: 'two edits of one millisecond end equal on all devices',
    scenario: async (subject) => {
      const { first, second } = await twoDevices(subject);
      const id = first.data.repo('Task').save({ title: 'v1' });
      await round(first);
      await round(second);
      await second.data.repo('Task').get(id);
      await round(second);
      const moment = Math.max(first.world.time, second.world.time) + 1000;
      first.world.time = moment;
      second.world.time = moment;
      first.data.repo('Task').save({ id, title: 'of the first' });
      second.data.repo('Task').save({ id, title: 'of the second' });
      await quiet();
      second.world.time += 33;
      for (let i = 0; i < 3; i++) for (const device of [first, second]) await round(device);
      const titles = await Promise.all([first, second].map(({ data }) => data.repo('Task').get(id)));
      expectSound(titles[0]?.['title'] === titles[1]?.['title'], 'the devices differ for ever');
    },
  },
  {
    id: 'D19',
    title: 'a name that another device wrote first is overwritten, not doubled',
    scenario: async (subject) => {
      const shared = await subject.sharedFiles();
      try {
        const [first, second] = [shared.open(), shared.open()];
        await first.get('blob');
        await second.get('blob');
        await first.put('blob', 'of the first');
        await second.put('blob', 'of the second');
        expectSound((await first.get('blob')) === 'of the second', 'each device reads a file of its own');
        expectSound((await shared.open().names()).length === 1, 'there are two files of one name');
      } finally {
        await shared.remove();
      }
    },
  },
  {
    id: 'D19',
    title: 'a list goes on beyond the first page',
    scenario: async (subject) => {
      const shared = await subject.sharedFiles();
      const files = shared.open();
      for (let i = 0; i < 1001; i++) await files.put(`blob${i}`, 'x');
      expectSound((await shared.open().names()).length === 1001, 'only the first page was read');
      expectSound((await shared.open().get('blob1000')) === 'x', 'a file on the second page is not found');
    },
  },
];
