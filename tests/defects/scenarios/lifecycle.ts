import type { IStore } from '../../../src/interfaces/IStore.ts';
import { QuickStartStore } from '../../support/QuickStartStore.ts';
import { runProgram } from '../programs/runProgram.ts';
import { type DefectCase, expectSound } from '../Subject.ts';
import { TextPersistence } from '../TextPersistence.ts';
import { World } from '../World.ts';
import { expectTitle, restart, start } from './session.ts';

/** The Quick Start store, but what goes in and out is copied. */
class CopyingStore extends QuickStartStore {
  override loadData = async (key: string) => structuredClone(this.blobs[key] ?? null);
  override storeData = async (key: string, data: unknown) => {
    this.blobs[key] = structuredClone(data);
  };
}

export const lifecycleCases: readonly DefectCase[] = [
  {
    id: 'D05',
    title: 'unload keeps the edits that were not flushed yet',
    scenario: async (subject) => {
      const session = await start(subject);
      const id = session.data.repo('Task').save({ title: 'last words' });
      const { data: later } = await restart(subject, session);
      await expectTitle(later, id, 'last words', 'unload dropped an edit');
    },
  },
  {
    id: 'D05',
    title: 'unload leaves no timer behind',
    scenario: async (subject) => {
      const { world, data } = await start(subject);
      data.repo('Task').save({ title: 'something to do later' });
      await data.unload();
      await world.advance(10_000);
      expectSound(world.pendingTimers === 0, 'a timer goes on after unload');
    },
  },
  {
    id: 'D05',
    title: 'after unload nothing keeps the process alive',
    scenario: async (subject) => {
      const { timers } = await runProgram('exits', subject.name);
      expectSound(timers === 0, 'the process would never end');
    },
  },
  {
    id: 'D06',
    title: "a caller's own id is kept",
    scenario: async (subject) => {
      const { data } = await start(subject);
      const id = data.repo('Task').save({ id: 'all.my-own', title: 'mine' });
      expectSound(id === 'all.my-own', 'the id was replaced by a new one');
      await expectTitle(data, 'all.my-own', 'mine', 'the entity is not under its id');
    },
  },
  {
    id: 'D06',
    title: 'save and delete by id are right before the partition was ever read',
    scenario: async (subject) => {
      const session = await start(subject);
      const ids = ['all.edited', 'all.deleted', 'all.left'];
      for (const id of ids) session.data.repo('Task').save({ id, title: 'v1' });
      await session.data.flush();
      const second = await restart(subject, session);
      const tasks = second.data.repo('Task');
      const saved = tasks.save({ id: 'all.edited', title: 'v2' });
      expectSound(saved === 'all.edited', 'the save made a second entity under a new id');
      tasks.delete('all.deleted');
      await second.data.flush();
      const third = await restart(subject, second);
      await expectTitle(third.data, 'all.edited', 'v2', 'the save before hydration was lost');
      await expectTitle(third.data, 'all.left', 'v1', 'a save before hydration took its neighbours with it');
      const deleted = await third.data.repo('Task').get('all.deleted');
      expectSound(deleted === null, 'the delete before hydration did nothing');
      expectSound((await third.data.repo('Task').getAll()).length === 2, 'there are entities too many or too few');
    },
  },
  {
    id: 'D08',
    title: 'a second instance in the process starts from its own index',
    scenario: async (subject) => {
      const { world, local, data } = await start(subject);
      const id = data.repo('Task').save({ title: 'kept' });
      await data.flush();
      await data.unload();
      const { data: again } = await start(subject, { world, local });
      await expectTitle(again, id, 'kept', 'what an earlier instance knew was taken for the state of this one');
    },
  },
  {
    id: 'D15',
    title: 'a flush in the background that fails is no unhandled rejection',
    scenario: async (subject) => {
      const { unhandled } = await runProgram('failingFlush', subject.name);
      expectSound(unhandled === 0, 'a rejection went unhandled, which ends a Node process');
    },
  },
  {
    id: 'D18',
    title: "two of the Quick Start's stores as store and local stay two tiers",
    scenario: async (subject) => {
      const world = new World();
      const local = new QuickStartStore() as unknown as TextPersistence;
      const first = await start(subject, { world, local, store: new CopyingStore() as unknown as IStore });
      const id = first.data.repo('Task').save({ title: 'flushed' });
      await first.data.flush();
      const store = new QuickStartStore() as unknown as IStore;
      const second = await restart(subject, first, { store });
      await expectTitle(second.data, id, 'flushed', 'the local tier has not got it');
      world.time += 10;
      second.data.repo('Task').save({ id, title: 'only in memory' });
      const blob = JSON.stringify(await local.loadData('app.all'));
      expectSound(!blob.includes('only in memory'), 'an edit in memory changed the local tier without a flush');
      await second.data.flush();
      const flushed = JSON.stringify(await local.loadData('app.all'));
      expectSound(flushed.includes('only in memory'), 'the flush did not reach the local tier');
    },
  },
  {
    id: 'D03',
    title: 'data under a key that the index has lost is merged, not overwritten',
    scenario: async (subject) => {
      const session = await start(subject);
      const old = session.data.repo('Task').save({ title: 'old' });
      await session.data.flush();
      await session.data.unload();
      const blob = session.local.texts.get('app.all')!;
      const local = new TextPersistence(new Map([['app.all', blob]]));
      const second = await start(subject.restarted(), { world: session.world, local });
      const fresh = second.data.repo('Task').save({ title: 'new' });
      await second.data.flush();
      const { data } = await restart(subject, second);
      await expectTitle(data, fresh, 'new', 'the new entity did not reach the local tier');
      await expectTitle(data, old, 'old', 'the blob that the index did not know was overwritten');
    },
  },
];
