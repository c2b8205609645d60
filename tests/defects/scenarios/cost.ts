import type { IStore } from '../../../src/interfaces/IStore.ts';
import { QuickStartStore } from '../../support/QuickStartStore.ts';
import { type DefectCase, expectSound } from '../Subject.ts';
import { byPart } from '../strategies.ts';
import { start } from './session.ts';

/** The Quick Start store, with a list of the blobs that were written to it. */
class CountingStore extends QuickStartStore {
  readonly stores: string[] = [];
  override storeData = async (key: string, data: unknown) => {
    this.stores.push(key);
    this.blobs[key] = data;
  };
}

export const costCases: readonly DefectCase[] = [
  {
    id: 'D10',
    title: 'the order in which records came does not change a hash, so equal tiers are left in peace',
    scenario: async (subject) => {
      const { world, local, data } = await start(subject, { strategy: byPart });
      world.nextIds = ['b', 'a'];
      for (const title of ['first', 'second']) {
        data.repo('Task').save({ part: 'a', title });
        await data.flush();
        world.time += 10;
      }
      data.repo('Task').save({ part: 'b', title: 'elsewhere' });
      local.forgetCalls();
      await data.flush();
      expectSound(!local.loads.includes('app.a'), 'a partition that is equal in both tiers was loaded again');
    },
  },
  {
    id: 'D16',
    title: 'one save costs its own partition only',
    scenario: async (subject) => {
      const store = new CountingStore();
      const { world, local, data } = await start(subject, { strategy: byPart, store: store as unknown as IStore });
      for (const part of ['a', 'b', 'c']) data.repo('Task').save({ part });
      await data.flush();
      world.time += 10;
      data.repo('Task').save({ part: 'a' });
      local.forgetCalls();
      store.stores.length = 0;
      await data.flush();
      const touched = [...store.stores, ...local.stores, ...local.loads].filter((key) => /^app\.[bc]$/.test(key));
      expectSound(touched.length === 0, `partitions without a change were read or written: ${touched}`);
      const writes = local.stores.filter((key) => key === 'app.a').length;
      expectSound(writes === 1, `one save wrote its blob ${writes} times`);
    },
  },
  {
    id: 'D16',
    title: 'where nothing changed, a flush writes nothing and waits for nothing',
    scenario: async (subject) => {
      const { world, local, data } = await start(subject);
      data.repo('Task').save({ title: 'once' });
      await data.flush();
      await data.flush();
      local.forgetCalls();
      const before = world.time;
      for (let round = 0; round < 3; round++) await data.flush();
      expectSound(local.stores.length === 0, 'an idle flush wrote');
      expectSound(local.loads.length <= 3, 'an idle flush read more than one small thing');
      expectSound(world.time === before, `three idle flushes took ${world.time - before} ms`);
    },
  },
];
