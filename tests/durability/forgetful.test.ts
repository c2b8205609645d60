import { DataOrchestrator, EntityKeyFieldStrategy } from 'tiersync';
import { FileBucket, type FileSystem } from 'tiersync/adapters/file';
import { expect, test } from 'vitest';
import { ForgetfulFileSystem, viewOf } from '../adapters/ForgetfulFileSystem.ts';
import { ProcessesOfTest } from '../adapters/ProcessesOfTest.ts';
import { randomFrom } from '../support/randomFrom.ts';
import { TestEnvironment } from '../support/TestEnvironment.ts';
import { History } from './History.ts';

interface Note {
  readonly label: string;
  readonly group?: string;
}

interface Figures {
  crashes: number;
  confirmed: number;
}

const powerOff = { code: 'unavailable' };

/** Some boots of one app on one disk: each writes at random until the power goes, and finds what it should. */
async function live(
  seed: number,
  view: (disk: ForgetfulFileSystem) => FileSystem,
  figures: Figures,
): Promise<string[]> {
  const random = randomFrom(seed);
  const pick = (count: number): number => Math.floor(random() * count);
  const disk = new ForgetfulFileSystem();
  const processes = new ProcessesOfTest();
  const history = new History();
  const wrong: string[] = [];

  const boot = async () => {
    const own = processes.start();
    const data = await DataOrchestrator.create({
      prefix: 'app',
      local: new FileBucket('/home/app', { fs: view(disk), processes: own, random, wait: async () => {} }),
      strategy: new EntityKeyFieldStrategy('group'),
      environment: new TestEnvironment({ seed: pick(1e9) }),
    });
    data.events$.subscribe((event) => {
      if (event.type === 'problem') wrong.push(`${event.problem.code}: ${event.problem.message}`);
      if (event.type !== 'changed' || event.source !== 'user') return;
      for (const { entityName, id, entity } of event.changes) {
        history.note(entityName, id, (entity as unknown as Note | null)?.label ?? null);
      }
    });
    return { data, notes: data.repo<Note>('Note'), own };
  };

  for (let life = 0; life < 3; life++) {
    const { data, notes, own } = await boot();
    disk.cutAt = disk.steps + pick(260);
    try {
      for (let round = 0; round < 8; round++) {
        for (let write = 0; write <= pick(4); write++) {
          const id = `${'abc'[pick(3)]}.${pick(4)}`;
          const kind = pick(6);
          if (kind === 0) {
            history.note('Note', id, null);
            notes.delete(id);
          } else if (kind === 1) await notes.update(id, { label: `life ${life} round ${round} update ${write}` });
          else notes.save({ id, label: `life ${life} round ${round} write ${write}` });
        }
        const confirm = history.mark();
        await data.flush();
        confirm();
        figures.confirmed += 1;
      }
    } catch (error) {
      expect(error).toMatchObject(powerOff);
    }
    processes.kill(own.pid);
    disk.crash(() => random() < 0.5);
    figures.crashes += 1;

    const next = await boot();
    for (const past of history.pasts()) {
      const state = (await next.notes.get(past.id))?.label ?? null;
      const allowed = history.allowed(past);
      if (!allowed.includes(state)) wrong.push(`${past.id} is ${state}, not of ${JSON.stringify(allowed)}`);
      history.note('Note', past.id, state);
    }
    await next.data.unload();
    history.mark()();
    processes.kill(next.own.pid);
    if (wrong.length > 0) break;
  }
  return wrong;
}

test('[P2] [FL21] power cuts at random steps, and a disk that forgets what was not synced: nothing confirmed is lost', async () => {
  const figures: Figures = { crashes: 0, confirmed: 0 };
  for (let seed = 1; seed <= 150; seed++) {
    expect(await live(seed, (disk) => viewOf(disk), figures), `seed ${seed}`).toEqual([]);
  }
  console.log(`forgetful disk: ${figures.crashes} power cuts, ${figures.confirmed} confirmed flushes, 0 lost`);
});

test('[P2] [FL21] without the syncs of files or of folders something would be lost, and this test notices', async () => {
  for (const folders of [false, true]) {
    const withoutSync = (disk: ForgetfulFileSystem): FileSystem =>
      viewOf(disk, {
        open: async (path, flags) => {
          const handle = await disk.open(path, flags);
          return (flags === 'r') === folders ? { ...handle, sync: async () => {} } : handle;
        },
      });
    const lost: string[] = [];
    for (let seed = 1; seed <= 20; seed++) lost.push(...(await live(seed, withoutSync, { crashes: 0, confirmed: 0 })));
    expect(lost.length).toBeGreaterThan(0);
  }
});
