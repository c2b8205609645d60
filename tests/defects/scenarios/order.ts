import { type DefectCase, expectSound } from '../Subject.ts';
import { strategyOf } from '../strategies.ts';
import { quiet, type World } from '../World.ts';
import { expectTitle, restart, start } from './session.ts';

export const orderCases: readonly DefectCase[] = [
  {
    id: 'D01',
    title: 'ids of mixed case are compared by one order, so that no version goes the wrong way',
    scenario: async (subject) => {
      const session = await start(subject);
      const { world, data } = session;
      world.nextIds = ['a', 'B'];
      const tasks = data.repo('Task');
      const id = tasks.save({ title: 'old' });
      await data.flush();
      world.time += 10;
      tasks.save({ id, title: 'new' });
      tasks.save({ title: 'another, whose id sorts before by code unit and after by language' });
      await data.flush();
      await expectTitle(data, id, 'new', 'a flush brought the old version back into memory');
      await data.flush();
      const { data: later } = await restart(subject, session);
      await expectTitle(later, id, 'new', 'the old version came back after a restart');
    },
  },
  {
    id: 'D09',
    title: 'an edit in the millisecond in which the last flush ended is flushed too',
    scenario: async (subject) => {
      const session = await start(subject);
      const { world, local, data } = session;
      const tasks = data.repo('Task');
      tasks.save({ title: 'first' });
      local.onStore = () => {
        local.onStore = () => {};
        world.time += 5;
      };
      await data.flush();
      const id = tasks.save({ title: 'second' });
      await data.flush();
      const { data: later } = await restart(subject, session);
      await expectTitle(later, id, 'second', 'equal times of two tiers were taken for equal content');
    },
  },
  {
    id: 'D11',
    title: 'an edit made between diff and apply is not overwritten by an older version',
    scenario: async (subject) => {
      const session = await start(subject);
      const { world, local, data } = session;
      const tasks = data.repo('Task');
      const id = tasks.save({ title: 'v1' });
      await data.flush();
      // A clock that is wrong for a moment makes the local tier look newer: the flush has something to bring back.
      await underClockOf(world, -60_000, () => tasks.save({ id, title: 'v2' }));
      tasks.save({ title: 'another' });
      let edited = false;
      local.onStore = (key) => {
        if (key !== 'app.all') return;
        local.onStore = () => {};
        world.time += 1_000;
        tasks.save({ id, title: 'v3' });
        edited = true;
      };
      await data.flush();
      expectSetUp(edited);
      await expectTitle(data, id, 'v3', 'the edit made during the flush was overwritten in memory');
      await data.flush();
      const { data: later } = await restart(subject, session);
      await expectTitle(later, id, 'v3', 'the edit made during the flush was lost on the disk');
    },
  },
  {
    id: 'D12',
    title: 'a save in the millisecond in which hashes are computed is not forgotten',
    scenario: async (subject) => {
      const session = await start(subject);
      const { world, local, data } = session;
      const tasks = data.repo('Task');
      tasks.save({ title: 'first' });
      await data.flush();
      world.time += 10;
      tasks.save({ title: 'second' });
      let id = '';
      local.onStore = async (key) => {
        if (key !== 'app.all') return;
        local.onStore = () => {};
        id = tasks.save({ title: 'during' });
        await quiet();
        world.time += 5;
      };
      await data.flush();
      expectSetUp(id !== '');
      await data.flush();
      const { data: later } = await restart(subject, session);
      await expectTitle(later, id, 'during', 'a save made while hashes were computed never reached the local tier');
    },
  },
  {
    id: 'D15',
    title: 'a clock that is wrong for a moment does not make an edit lose against what it replaced',
    scenario: async (subject) => {
      const session = await start(subject);
      const { world, data } = session;
      const tasks = data.repo('Task');
      const id = tasks.save({ title: 'before' });
      await data.flush();
      await underClockOf(world, -3_600_000, () => tasks.save({ id, title: 'after' }));
      tasks.save({ title: 'another' });
      await data.flush();
      await expectTitle(data, id, 'after', 'the wall clock decided, not the order of the edits');
      const { data: later } = await restart(subject, session);
      await expectTitle(later, id, 'after', 'the edit under the earlier clock did not reach the local tier');
    },
  },
  {
    id: 'D15',
    title: 'a partition called "metadata" and the index do not collide',
    scenario: async (subject) => {
      const strategy = strategyOf(['metadata'], () => 'metadata');
      const session = await start(subject, { strategy });
      const id = session.data.repo('Task').save({ title: 'kept' });
      await session.data.flush();
      const { data: later } = await restart(subject, session, { strategy });
      await expectTitle(later, id, 'kept', 'the index was written over the partition, or the other way round');
    },
  },
  {
    id: 'D15',
    title: 'an entity name that collides with the deletions is refused, or harmless',
    scenario: async (subject) => {
      const { data } = await start(subject);
      const task = data.repo('Task').save({ title: 'gone' });
      data.repo('Task').delete(task);
      let rows: readonly unknown[] = [{}];
      try {
        data.repo('deleted').save({ title: 'mine' });
        rows = await data.repo('deleted').getAll();
      } catch (error) {
        if ((error as { code?: unknown }).code !== 'invalid-name') throw error;
      }
      expectSound(rows.length === 1, 'tombstones are listed among the entities');
    },
  },
];

/** Does the work under a clock that is off by so much, and sets it right again a moment later. */
async function underClockOf(world: World, off: number, work: () => void): Promise<void> {
  world.time += off;
  work();
  world.time += 10 - off;
  await quiet();
}

/** The scenario itself must have come to pass, or its end says nothing. */
function expectSetUp(happened: boolean): void {
  if (!happened) throw new Error('The flush stored nothing, so there was nothing to come in between.');
}
