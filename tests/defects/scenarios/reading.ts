import { type DefectCase, expectSound } from '../Subject.ts';
import { byPart } from '../strategies.ts';
import { quiet, World } from '../World.ts';
import { record, restart, start } from './session.ts';

export const readingCases: readonly DefectCase[] = [
  {
    id: 'D07',
    title: 'an entity can be observed again after its last observer has left',
    scenario: async (subject) => {
      const { data } = await start(subject);
      const id = data.repo('Task').save({ title: 'seen' });
      const first = record(data.repo('Task').observe(id));
      await quiet();
      first.stop();
      const second = record(data.repo('Task').observe(id));
      await quiet();
      expectSound(second.values.length === 1 && !second.completed, 'the second observer sees nothing, and the end');
      second.stop();
    },
  },
  {
    id: 'D07',
    title: 'one observer leaving takes nothing from those of other entity names',
    scenario: async (subject) => {
      const { data } = await start(subject);
      data.repo('Task').save({ title: 'a task' });
      data.repo('Note').save({ title: 'a note' });
      const notes = record(data.repo('Note').observeAll());
      const tasks = record(data.repo('Task').observeAll());
      await quiet();
      tasks.stop();
      data.repo('Note').save({ title: 'another note' });
      await quiet();
      expectSound(notes.values.at(-1)?.length === 2, 'an observer no longer hears of changes');
      notes.stop();
    },
  },
  {
    id: 'D07',
    title: 'a query without any partition is empty, and goes on',
    scenario: async (subject) => {
      const world = new World();
      const { data } = await start(subject, { world, strategy: subject.yearStrategy(world) });
      const seen = record(data.repo('Task').observeAll({ years: [] }));
      await quiet();
      expectSound(seen.values.length === 1 && !seen.completed, 'the observer sees nothing, and the end');
      seen.stop();
    },
  },
  {
    id: 'D13',
    title: 'a text that looks like a date stays a text',
    scenario: async (subject) => {
      const session = await start(subject);
      const id = session.data.repo('Task').save({ note: '2025-01-01T00:00:00.000Z', due: new Date(5) });
      await session.data.flush();
      const { data } = await restart(subject, session);
      const row = await data.repo('Task').get(id);
      expectSound(typeof row?.['note'] === 'string', 'the text became a Date');
      expectSound(row['due'] instanceof Date, 'the Date became a text');
    },
  },
  {
    id: 'D13',
    title: 'a condition on a Date compares times',
    scenario: async (subject) => {
      const { data } = await start(subject);
      data.repo('Task').save({ due: new Date(1_700_000_000_000) });
      const rows = await data.repo('Task').getAll({ where: { due: new Date(1_700_000_000_000) } });
      expectSound(rows.length === 1, 'no Date equals another one');
    },
  },
  {
    id: 'D14',
    title: 'the first sort field decides, and the next ones only where it does not',
    scenario: async (subject) => {
      const { data } = await start(subject);
      for (const row of ['x2', 'y3', 'x1', 'y0']) data.repo('Task').save({ group: row[0], n: Number(row[1]) });
      const rows = await data.repo('Task').getAll({ sort: [{ field: 'group' }, { field: 'n', direction: 'desc' }] });
      const order = rows.map(({ group, n }) => `${group}${n}`).join(' ');
      expectSound(order === 'x2 x1 y3 y0', `the order was ${order}`);
    },
  },
  {
    id: 'D14',
    title: 'the result is sorted over all partitions',
    scenario: async (subject) => {
      const { data } = await start(subject, { strategy: byPart });
      for (const row of ['a1', 'b2', 'a3', 'c0']) data.repo('Task').save({ part: row[0], n: Number(row[1]) });
      const rows = await data.repo('Task').getAll({ sort: [{ field: 'n', direction: 'asc' }] });
      const order = rows.map(({ n }) => n).join(' ');
      expectSound(order === '0 1 2 3', `the order was ${order}`);
    },
  },
  {
    id: 'D17',
    title: 'New Year hides nothing from a query that names no year',
    scenario: async (subject) => {
      const world = new World();
      world.time = Date.parse('2025-12-30T12:00:00Z');
      const { data } = await start(subject, { world, strategy: subject.yearStrategy(world) });
      data.repo('Task').save({ title: 'of the old year' });
      world.time = Date.parse('2026-01-02T12:00:00Z');
      const rows = await data.repo('Task').getAll();
      expectSound(rows.length === 1, 'only the current year was read');
    },
  },
  {
    id: 'D17',
    title: 'the partition of a moment is the same in every time zone',
    scenario: async (subject) => {
      const world = new World();
      const { data } = await start(subject, { world, strategy: subject.yearStrategy(world) });
      const zone = process.env['TZ'];
      try {
        for (const name of ['Pacific/Auckland', 'America/Los_Angeles']) {
          process.env['TZ'] = name;
          for (const time of ['2025-12-31T23:30:00Z', '2025-01-01T00:30:00Z']) {
            data.repo('Task').save({ createdAt: new Date(time) });
          }
        }
      } finally {
        if (zone === undefined) delete process.env['TZ'];
        else process.env['TZ'] = zone;
      }
      const rows = await data.repo('Task').getAll({ years: [2025] });
      expectSound(rows.length === 4, 'the zone of the device decided the year');
    },
  },
  {
    id: 'D17',
    title: 'an entity can be moved to the partition where its new date belongs',
    scenario: async (subject) => {
      const world = new World();
      const { data } = await start(subject, { world, strategy: subject.yearStrategy(world, 'due') });
      const tasks = data.repo('Task');
      const id = tasks.save({ due: new Date('2026-06-01T12:00:00Z') });
      await tasks.move(id, { due: new Date('2025-06-01T12:00:00Z') });
      expectSound((await tasks.getAll({ years: [2025] })).length === 1, 'the entity stayed in the old partition');
      expectSound((await tasks.getAll({ years: [2026] })).length === 0, 'the entity is in both partitions');
    },
  },
];
