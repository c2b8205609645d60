import { expect, test } from 'vitest';
import type { SyncOptions } from '../../src/interfaces/SyncTypes.ts';
import { Device } from './Fleet.ts';
import { Backend, SharedDouble } from './SharedDouble.ts';

const ids = ['g.1', 'g.2', 'h.1'] as const;

/** A backend that refuses what may not be read, and a device that holds three notes of it and watches them. */
async function holding({ count = 0, ...sync }: SyncOptions & { readonly count?: number } = {}) {
  const backend = new Backend();
  backend.refuse = (change) => (backend.mayRead(change) ? null : 'permission');
  const other = await new Device((faults) => new SharedDouble(backend, faults)).open();
  for (const id of ids) other.save(id, `first ${id}`);
  for (let i = 0; i < count; i++) other.save(`h.more${i}`, 'one of many');
  await other.flush();
  const a = await new Device((faults) => new SharedDouble(backend, faults)).open(sync);
  await a.sync();
  const seen: string[][] = [];
  a.notes.observeAll({ where: { label: { $startsWith: 'first' } } }).subscribe((all) => {
    seen.push(all.map(({ id }) => id).sort());
  });
  const lost: string[][] = [];
  a.data.events$.subscribe((event) => {
    if (event.type === 'permission-lost') lost.push(event.ids.map(({ id }) => id).sort());
  });
  await a.settle(a.notes.getAll());
  /** From now on only these keys are to be seen. */
  const allow = (...groups: string[]): void =>
    backend.show(groups.join(), ({ id }) => groups.some((group) => id.startsWith(group)));
  return { backend, other, a, seen, lost, allow };
}

test('[SC20] what may not be seen any more goes from store, disk and observers, in one emission, and its ids are told', async () => {
  const { a, seen, lost, allow } = await holding();
  allow('h');
  await a.sync();
  expect(seen).toEqual([[...ids], ['h.1']]);
  expect(lost).toEqual([['g.1', 'g.2']]);
  expect(await a.all()).toMatchObject({ 'Note h.1': { label: 'first h.1' } });
  expect(JSON.stringify(a.disk.texts)).not.toContain('first g');
  expect(await a.settle(a.notes.get('g.1'))).toBeNull();
  expect(a.rejected).toEqual([]);
});

test('[SC20] a device that was not running when it happened purges at its next sync, for good', async () => {
  const { a, allow } = await holding();
  allow('h');
  await a.unload();
  await a.open();
  await a.sync();
  await a.unload();
  await a.open();
  expect(Object.keys(await a.all())).toEqual(['Note h.1']);
});

test('[SC20] withdrawn keys that cannot be read yet are purged once they can, and nothing of them is offered', async () => {
  const { backend, a, allow } = await holding();
  allow('h');
  a.faults.gate = ({ method }) => {
    if (method !== 'readKey') return undefined;
    throw new Error('the network is gone');
  };
  await expect(a.pull()).rejects.toMatchObject({ code: 'unavailable' });
  const written = backend.log.length;
  await a.unload();
  await a.open();
  await a.sync();
  expect(Object.keys(await a.all())).toEqual(['Note h.1']);
  expect([backend.log.length, a.rejected]).toEqual([written, []]);
});

test('[SC21] what was edited and not sent stays, refused in sight of the app, and can be discarded', async () => {
  const { a, lost, allow } = await holding();
  a.save('g.1', 'first, edited');
  a.notes.delete('g.2');
  await a.flush('local');
  allow('h');
  await a.sync();
  expect(a.rejected.map(({ id, reason, entity }) => [id, reason, entity?.label ?? null])).toEqual([
    ['g.1', 'permission', 'first, edited'],
    ['g.2', 'permission', null],
  ]);
  expect([await a.label('g.1'), lost]).toEqual(['first, edited', []]);
  for (const one of a.rejected) await a.settle(one.discard());
  expect([a.rejected, Object.keys(await a.all())]).toEqual([[], ['Note h.1']]);
  expect(JSON.stringify(a.disk.texts)).not.toContain('first, edited');
});

test('[SC21] what was refused so is taken when it is sent again and may be seen again', async () => {
  const { other, a, allow } = await holding();
  a.save('g.1', 'edited');
  await a.flush('local');
  allow('h');
  await a.sync();
  allow('g', 'h');
  await a.sync();
  expect(a.rejected.map(({ id }) => id)).toEqual(['g.1']);
  await a.settle(a.rejected[0]!.retry());
  await a.flush();
  await other.sync();
  expect([a.rejected, await other.label('g.1')]).toEqual([[], 'edited']);
});

test('[SC21] sent again at any moment of the run that lets it be seen again, it is taken', async () => {
  let moments = 0;
  for (let isOver = false; !isOver; moments++) {
    const { other, a, allow } = await holding();
    a.save('g.1', 'edited');
    a.save('g.3', 'made');
    a.notes.delete('g.2');
    await a.flush('local');
    allow('h');
    await a.sync();
    allow('g', 'h');
    let calls = 0;
    let again: Promise<unknown> | null = null;
    a.faults.gate = () => {
      if (calls++ === moments) again = Promise.all(a.rejected.map((one) => one.retry()));
      return undefined;
    };
    await a.sync();
    isOver = again === null;
    again ??= Promise.all(a.rejected.map((one) => one.retry()));
    await a.settle(again);
    await a.flush();
    await other.sync();
    const notes = await other.all();
    expect([moments, a.rejected, a.pending]).toEqual([moments, [], 0]);
    expect(Object.keys(notes)).toEqual(['Note g.1', 'Note g.3', 'Note h.1']);
    expect(notes).toEqual(await a.all());
  }
  expect(moments).toBeGreaterThan(10);
});

test('[SC22] however much is withdrawn, nobody is asked, and what was deleted still asks', async () => {
  const { other, a, allow } = await holding({ count: 40 });
  allow('g');
  await a.sync();
  expect(Object.keys(await a.all())).toEqual(['Note g.1', 'Note g.2']);
  allow('g', 'h');
  await a.sync();
  for (let i = 0; i < 40; i++) other.notes.delete(`h.more${i}`);
  await other.flush();
  await expect(a.pull()).rejects.toMatchObject({ code: 'confirm-needed' });
});

test('[SC23] what may be seen again comes back, with what happened meanwhile, and is edited as ever', async () => {
  const { other, a, seen, allow } = await holding();
  allow('h');
  await a.sync();
  allow('g', 'h');
  await other.sync();
  other.save('g.2', 'first, later');
  other.notes.delete('g.1');
  await other.flush();
  await a.sync();
  expect(seen.at(-1)).toEqual(['g.2', 'h.1']);
  a.save('g.2', 'first, by a');
  await a.flush();
  await other.sync();
  expect([await other.label('g.2'), a.conflicts, other.conflicts]).toEqual(['first, by a', [], []]);
});

test('[SC23] an id that was withdrawn can be used again, and what is created later is no older than now', async () => {
  const { other, a, allow } = await holding();
  allow('h');
  await a.sync();
  a.save('h.new', 'made after');
  await a.flush();
  expect((await a.settle(a.notes.get('h.new')))?.updatedAt.getTime()).toBe(a.environment.now());
  allow('g', 'h');
  a.save('g.1', 'of the same id');
  await a.sync();
  await other.sync();
  expect([await a.label('g.1'), await other.label('h.new')]).toEqual([await other.label('g.1'), 'made after']);
});

test('[SC24] the journal of conflicts holds nothing of what was withdrawn', async () => {
  const { other, a, allow } = await holding();
  other.save('g.1', 'secret of the other');
  await other.flush();
  await a.environment.advance(1000);
  a.save('g.1', 'of a');
  await a.sync();
  expect(a.conflicts).toMatchObject([{ id: 'g.1' }]);
  allow('h');
  await a.sync();
  expect(a.conflicts).toEqual([]);
  expect(JSON.stringify(a.disk.texts)).not.toContain('secret');
});
