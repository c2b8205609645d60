import { MemoryStore } from 'tiersync';
import { expect, test } from 'vitest';
import { device } from '../client/support.ts';
import { TableBackend } from '../client/TableBackend.ts';
import { Faults } from '../support/Faults.ts';
import { FaultyPersistence } from '../support/FaultyPersistence.ts';
import { settle } from '../support/TestEnvironment.ts';

async function refusedOnce(sync = {}) {
  const backend = new TableBackend();
  backend.refuse = () => ({ reason: 'not now' });
  const a = await device(backend, { sync });
  const id = a.notes.save({ text: 'one' });
  await a.push();
  return { a, backend, id };
}

test('[BE8] retry sends a refused change again, and does not wait for the next edit to do so', async () => {
  const { a, backend, id } = await refusedOnce();
  backend.refuse = () => null;
  await a.rejected()[0]!.retry();
  await settle();
  expect(backend.held('Note', id)).toBeDefined();
});

test('[BE8] a decision holds without a network, nobody has to catch that, and what follows is done when it is there again', async () => {
  const { a, backend, id } = await refusedOnce();
  backend.refuse = () => null;
  const unhandled: unknown[] = [];
  const note = (reason: unknown): void => void unhandled.push(reason);
  process.on('unhandledRejection', note);
  a.data.sync.goOffline();
  await a.rejected()[0]!.retry();
  expect([a.rejected(), a.pending()]).toMatchObject([[], [{ id, state: 'waiting' }]]);
  a.data.sync.goOnline();
  await a.push();
  expect(backend.held('Note', id)).toBeDefined();
  // Each of them, while the backend cannot be reached.
  backend.refuse = () => ({ reason: 'not now' });
  for (const decide of ['retry', 'discard', 'edit'] as const) {
    const other = a.notes.save({ text: decide });
    await a.push();
    backend.losses.pull.push('request');
    await a.rejected()[0]![decide]({ text: 'edited' });
    await a.environment.advance(0);
    expect([a.rejected(), a.notes.peek(other)?.text ?? null]).toEqual([
      [],
      { retry: 'retry', discard: null, edit: 'edited' }[decide],
    ]);
    expect(backend.losses.pull).toEqual(decide === 'discard' ? ['request'] : []);
    backend.losses.pull.length = 0;
    await a.push();
    await Promise.all(a.rejected().map((one) => one.discard()));
  }
  await settle();
  process.off('unhandledRejection', note);
  expect(unhandled).toEqual([]);
});

test('[BE8] retry tells that it cannot be noted on this device, and the change stays in the list', async () => {
  const backend = new TableBackend();
  const faults = new Faults();
  const local = new FaultyPersistence(new MemoryStore(), faults);
  const a = await device(backend, { local: local as never });
  backend.refuse = () => ({ reason: 'not now' });
  const id = a.notes.save({ text: 'one' });
  await a.push();
  backend.refuse = () => null;
  faults.failAlways();
  await expect(a.rejected()[0]!.retry()).rejects.toThrow(/the disk said no|could not be/);
  faults.heal();
  expect([a.rejected().map((each) => each.id), backend.held('Note', id)]).toEqual([[id], undefined]);
  await a.rejected()[0]!.retry();
  await a.data.flush('cloud');
  expect(backend.held('Note', id)).toBeDefined();
});

test('[BE8] rejected$ says nothing where the list has not changed', async () => {
  const { a } = await refusedOnce();
  const seen: number[] = [];
  a.data.sync.rejected$.subscribe((list) => seen.push(list.length));
  await a.push();
  expect(seen).toEqual([1]);
});

test('[BE6] what a device that only sends has sent is synced', async () => {
  const backend = new TableBackend();
  const a = await device(backend, { sync: { direction: 'push' } });
  const id = a.notes.save({ text: 'one' });
  await a.push();
  expect(backend.held('Note', id)).toBeDefined();
  expect(a.notes.syncState(id)).toBe('synced');
});

test('[BE4] a device that only sends does not read everything each time', async () => {
  const backend = new TableBackend();
  const a = await device(backend, { sync: { direction: 'push' } });
  a.notes.save({ text: 'one' });
  await a.push();
  a.notes.save({ text: 'two' });
  await a.push();
  expect(backend.pulls.filter((cursor) => cursor === null).length).toBeLessThan(2);
});

test('[BE8] discard on a device that only sends takes back what was refused, and asks for nothing', async () => {
  const { a, backend, id } = await refusedOnce({ direction: 'push' });
  const asked = backend.pulls.length;
  await a.rejected()[0]!.discard();
  expect(await a.notes.get(id)).toBeNull();
  expect(a.rejected()).toEqual([]);
  expect(backend.pulls).toHaveLength(asked);
});
