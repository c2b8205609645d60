import { DataOrchestrator, EntityKeyFieldStrategy, type OrchestratorOptions, TierSyncError } from 'tiersync';
import { expect, test } from 'vitest';
import { Faults } from '../support/Faults.ts';
import { FaultyPersistence, writesOf } from '../support/FaultyPersistence.ts';
import { settle, TestEnvironment } from '../support/TestEnvironment.ts';
import { TextDisk } from '../support/TextDisk.ts';

interface Note {
  readonly label: string;
}

async function open(disk = new TextDisk(), options: Partial<OrchestratorOptions> = {}) {
  const environment = new TestEnvironment();
  const faults = new Faults();
  const data = await DataOrchestrator.create({
    prefix: 'app',
    local: new FaultyPersistence(disk.open({ listKeys: true, exclusive: true, setAside: true, flush: true }), faults),
    strategy: new EntityKeyFieldStrategy('group'),
    environment,
    ...options,
  });
  const notes = data.repo<Note>('Note');
  const events: string[] = [];
  data.events$.subscribe((event) => {
    if (event.type === 'saved') events.push(`saved ${event.ids.map(({ id }) => id).join(' ')}`);
    if (event.type === 'failed') events.push(`failed ${(event.error as TierSyncError).code}`);
    if (event.type === 'problem') events.push(`problem ${event.problem.code}`);
  });
  /** What the medium holds of an id. */
  const stored = (id: string): string | null => {
    const blob = disk.read(`app.${id.includes('.') ? id.split('.')[0] : 'global'}`) as {
      Note?: { [id: string]: { label: string } };
    } | null;
    return blob?.Note?.[id]?.label ?? null;
  };
  return { data, notes, environment, faults, disk, events, stored };
}

/** A gate that holds back the first call that it is meant for, until it is opened. */
function holdNext(
  faults: Faults,
  isMeant: (method: string, key: string) => boolean,
): { open(): void; reached: Promise<void> } {
  let openGate = (): void => {};
  let reach = (): void => {};
  const opened = new Promise<void>((resolve) => (openGate = resolve));
  const reached = new Promise<void>((resolve) => (reach = resolve));
  faults.gate = ({ method, key }) => {
    if (!isMeant(method, key)) return undefined;
    faults.gate = null;
    reach();
    return opened;
  };
  return { open: openGate, reached };
}

const blobWrite = (method: string, key: string): boolean => method === 'storeData' && !key.endsWith('$metadata');

async function stateOf(promise: Promise<unknown>): Promise<'pending' | 'resolved' | 'rejected'> {
  let state: 'pending' | 'resolved' | 'rejected' = 'pending';
  promise.then(
    () => (state = 'resolved'),
    () => (state = 'rejected'),
  );
  await settle();
  return state;
}

test('[FL1] an edit is written once 500 ms have passed without another', async () => {
  const { notes, environment, stored } = await open();
  notes.save({ id: 'a.1', label: 'one' });
  await environment.advance(499);
  expect(stored('a.1')).toBe(null);
  notes.save({ id: 'a.1', label: 'two' });
  await environment.advance(499);
  expect(stored('a.1')).toBe(null);
  await environment.advance(1);
  expect(stored('a.1')).toBe('two');
});

test('[FL1] the intervals are options', async () => {
  const { notes, environment, stored } = await open(undefined, { intervals: { localQuietMs: 20, localMaxMs: 50 } });
  notes.save({ id: 'a.1', label: 'one' });
  await environment.advance(20);
  expect(stored('a.1')).toBe('one');
  for (let ms = 0; ms < 50; ms += 10) {
    notes.save({ id: 'a.1', label: `at ${ms}` });
    await environment.advance(10);
  }
  expect(stored('a.1')).toBe('at 40');
});

test('[FL2] while edits keep coming they are written every 3 s', async () => {
  const { notes, environment, faults, stored } = await open();
  let writes = 0;
  const written: number[] = [];
  for (let ms = 0; ms < 12_000; ms += 100) {
    notes.save({ id: 'a.1', label: `at ${ms}` });
    await environment.advance(100);
    if (writesOf(faults) !== writes) written.push(ms + 100);
    writes = writesOf(faults);
  }
  expect(written).toEqual([3000, 6000, 9000, 12_000]);
  expect(stored('a.1')).toBe('at 11900');
});

test('[FL3] [P11] idle means no call to the local tier and no timer', async () => {
  const { data, notes, environment, faults } = await open();
  expect(environment.timers).toBe(0);
  notes.save({ id: 'a.1', label: 'one' });
  await environment.advance(500);
  expect(environment.timers).toBe(0);
  const calls = faults.calls.length;
  await environment.advance(86_400_000);
  expect(await notes.getAll()).toHaveLength(1);
  await data.flush();
  environment.hide();
  await environment.advance(86_400_000);
  expect(faults.calls.length).toBe(calls);
  expect(environment.timers).toBe(0);
});

test('[FL3] [P11] what is only read is never written', async () => {
  const { disk, data } = await open();
  data.repo<Note>('Note').saveMany([
    { id: 'a.1', label: 'one' },
    { id: 'b.1', label: 'two' },
  ]);
  await data.unload();
  const again = await open(disk);
  expect(await again.notes.count()).toBe(2);
  expect((await again.notes.get('a.1'))?.label).toBe('one');
  await again.environment.advance(3000);
  expect(again.environment.timers).toBe(0);
  await again.data.unload();
  expect(writesOf(again.faults)).toBe(0);
});

test('[FL4] when the page is hidden, what is pending is written at once', async () => {
  const { notes, environment, stored } = await open();
  notes.save({ id: 'a.1', label: 'one' });
  environment.hide();
  await settle();
  expect(stored('a.1')).toBe('one');
  expect(environment.timers).toBe(0);
});

test('[FL4] a clear of keys that are not loaded is pending, too', async () => {
  const { disk, notes, data } = await open();
  notes.save({ id: 'a.1', label: 'one' });
  await data.unload();
  const again = await open(disk);
  again.notes.clear();
  again.environment.hide();
  await settle();
  expect(again.stored('a.1')).toBe(null);
});

test('[FL5] [P2] flush resolves when all that was saved before it is durable, and not earlier', async () => {
  for (const isMeant of [
    blobWrite,
    (method: string, key: string): boolean => method === 'storeData' && key.endsWith('$metadata'),
    (method: string): boolean => method === 'flush',
  ]) {
    const { data, notes, faults, stored } = await open();
    notes.save({ id: 'a.1', label: 'one' });
    notes.save({ id: 'b.1', label: 'two' });
    const gate = holdNext(faults, isMeant);
    const flushed = data.flush();
    await gate.reached;
    expect(await stateOf(flushed)).toBe('pending');
    gate.open();
    await flushed;
    expect([stored('a.1'), stored('b.1')]).toEqual(['one', 'two']);
  }
});

test('[FL6] [P2] an edit made during a flush is neither lost nor overwritten by it, and is written afterwards', async () => {
  const { data, notes, environment, faults, stored } = await open();
  notes.save({ id: 'a.1', label: 'one' });
  notes.save({ id: 'a.2', label: 'stays' });
  const gate = holdNext(faults, blobWrite);
  const flushed = data.flush();
  await gate.reached;
  notes.save({ id: 'a.1', label: 'two' });
  notes.delete('a.2');
  notes.save({ id: 'c.1', label: 'new' });
  gate.open();
  await flushed;
  expect(notes.peek('a.1')?.label).toBe('two');
  expect(notes.peek('a.2')).toBe(null);
  expect([stored('a.1'), stored('a.2'), stored('c.1')]).toEqual(['one', 'stays', null]);
  await environment.advance(500);
  expect([stored('a.1'), stored('a.2'), stored('c.1')]).toEqual(['two', null, 'new']);
});

test('[FL7] a flush joins a run only if that has not begun', async () => {
  const { data, notes, faults, stored } = await open();
  notes.save({ id: 'a.1', label: 'one' });
  const gate = holdNext(faults, blobWrite);
  const first = data.flush();
  await gate.reached;
  notes.save({ id: 'a.1', label: 'two' });
  const second = data.flush();
  const third = data.flush();
  expect(await stateOf(first)).toBe('pending');
  const isSecondWritten = second.then(() => stored('a.1'));
  const blobWrites = () => faults.calls.filter(({ method, key }) => blobWrite(method, key)).length;
  gate.open();
  await first;
  expect(await isSecondWritten).toBe('two');
  await third;
  expect(blobWrites()).toBe(2);
});

test('[FL8] unload writes what is pending, also what is saved while it does, and leaves no timer and no listener', async () => {
  const { data, notes, environment, faults, stored } = await open();
  notes.save({ id: 'a.1', label: 'one' });
  const gate = holdNext(faults, blobWrite);
  const unloaded = data.unload();
  await gate.reached;
  notes.save({ id: 'b.1', label: 'two' });
  gate.open();
  await unloaded;
  expect([stored('a.1'), stored('b.1')]).toEqual(['one', 'two']);
  expect(environment.timers).toBe(0);
  expect(environment.hiddenListeners).toBe(0);
  const calls = faults.calls.length;
  environment.hide();
  await environment.advance(86_400_000);
  expect(faults.calls.length).toBe(calls);
  expect(() => notes.save({ id: 'a.1', label: 'too late' })).toThrow(expect.objectContaining({ code: 'closed' }));
});

test('[FL8] an unload that fails loses nothing, and can be repeated', async () => {
  const { data, notes, environment, faults, stored } = await open();
  notes.save({ id: 'a.1', label: 'one' });
  faults.failAlways();
  await expect(data.unload()).rejects.toMatchObject({ code: 'unavailable' });
  expect(notes.peek('a.1')?.label).toBe('one');
  faults.heal();
  await data.unload();
  expect(stored('a.1')).toBe('one');
  expect(environment.timers).toBe(0);
});

test('[FL9] a flush that fails rejects with a TierSyncError, keeps the data, and is retried by itself', async () => {
  const full = (): Error => Object.assign(new Error('no space'), { name: 'QuotaExceededError' });
  for (const [error, code] of [
    [full, 'quota-exceeded'],
    [() => new Error('broken'), 'unavailable'],
    [() => new TierSyncError('locked', 'in use'), 'locked'],
  ] as const) {
    for (const method of ['storeData', 'loadData', 'flush']) {
      const { data, notes, environment, faults, stored } = await open();
      notes.save({ id: 'a.1', label: 'one' });
      const refuse = faults.run.bind(faults);
      Object.assign(faults, {
        run: (deed: Parameters<typeof refuse>[0]) => (deed.method === method ? Promise.reject(error()) : refuse(deed)),
      });
      const failure: unknown = await data.flush().catch((cause: unknown) => cause);
      expect(failure).toBeInstanceOf(TierSyncError);
      expect(failure).toMatchObject({ code });
      expect((await notes.get('a.1'))?.label).toBe('one');
      expect(notes.syncState('a.1')).toBe('pending');
      Object.assign(faults, { run: refuse });
      await environment.advance(1000);
      expect(stored('a.1')).toBe('one');
      expect(notes.syncState('a.1')).toBe('local');
      expect(environment.timers).toBe(0);
    }
  }
});

test('[FL10] what fails in the background is an event, and is tried again after ever longer pauses with jitter', async () => {
  const { notes, environment, faults, events, stored } = await open();
  notes.save({ id: 'a.1', label: 'one' });
  faults.failAlways();
  await environment.advance(500);
  const pauses: number[] = [];
  for (let attempt = 0; attempt < 12; attempt++) {
    expect(environment.timers).toBe(1);
    const pause = environment.untilNextTimer ?? 0;
    pauses.push(pause);
    await environment.advance(pause);
  }
  expect(events).toEqual(Array.from({ length: 13 }, () => 'failed unavailable'));
  for (const [i, pause] of pauses.entries()) {
    const ceiling = Math.min(60_000, 1000 * 2 ** i);
    expect(pause).toBeGreaterThanOrEqual(ceiling / 2);
    expect(pause).toBeLessThanOrEqual(ceiling);
  }
  expect(new Set(pauses.map((pause, i) => pause / Math.min(60_000, 1000 * 2 ** i))).size).toBe(12);
  faults.heal();
  await environment.advance(60_000);
  expect(stored('a.1')).toBe('one');
  expect(events.at(-1)).toBe('saved a.1');
  expect(environment.timers).toBe(0);
  // After a success the next failure begins with a short pause again.
  notes.save({ id: 'a.1', label: 'two' });
  faults.failAlways();
  await environment.advance(500);
  expect(environment.untilNextTimer).toBeLessThanOrEqual(1000);
});

test('[FL11] an edit is pending until it is durable, then local, and one saved event tells of each delivery', async () => {
  const { data, notes, environment, faults, events } = await open();
  const states: unknown[] = [];
  notes.observeSyncState('a.1').subscribe((state) => states.push(state));
  notes.saveMany([
    { id: 'a.1', label: 'one' },
    { id: 'b.1', label: 'two' },
  ]);
  expect(notes.syncState('a.1')).toBe('pending');
  const gate = holdNext(faults, blobWrite);
  const flushed = data.flush();
  await gate.reached;
  expect(notes.syncState('a.1')).toBe('pending');
  notes.save({ id: 'b.1', label: 'three' });
  gate.open();
  await flushed;
  expect([notes.syncState('a.1'), notes.syncState('b.1')]).toEqual(['local', 'pending']);
  await environment.advance(500);
  expect(notes.syncState('b.1')).toBe('local');
  expect(events).toEqual(['saved a.1 b.1', 'saved b.1']);
  notes.delete('a.1');
  expect(notes.syncState('a.1')).toBe('pending');
  await data.flush();
  expect(notes.syncState('a.1')).toBe(null);
  expect(states).toEqual([null, 'pending', 'local', 'pending', null]);
});

test('[FL13] a clock that stands still or is set back a day holds nothing up', async () => {
  const { notes, environment, stored } = await open();
  notes.save({ id: 'a.1', label: 'one' });
  await environment.advance(300);
  notes.save({ id: 'a.1', label: 'two' });
  environment.jump(-86_400_000);
  await environment.advance(700);
  expect(stored('a.1')).toBe('two');
  environment.isFrozen = true;
  for (let i = 0; i < 30; i++) {
    notes.save({ id: 'a.1', label: `frozen ${i}` });
    await environment.advance(100);
  }
  expect(stored('a.1')).toBe('frozen 29');
  notes.save({ id: 'a.1', label: 'last' });
  await environment.advance(500);
  expect(stored('a.1')).toBe('last');
  expect(environment.timers).toBe(0);
});

test('[FL14] a key that a newer version wrote holds up no other, and tells why', async () => {
  const disk = new TextDisk();
  const first = await open(disk);
  first.notes.saveMany([
    { id: 'a.1', label: 'one' },
    { id: 'b.1', label: 'two' },
  ]);
  await first.data.unload();
  const newer = JSON.stringify({ ...disk.read('app.a'), $: { format: 99 } });
  for (const isLoaded of [false, true]) {
    const { data, notes, events, stored, environment } = await open(disk);
    if (isLoaded) {
      disk.texts.set('app.a', JSON.stringify({ ...disk.read('app.a'), $: { format: 1 } }));
      await notes.get('a.1');
    }
    disk.texts.set('app.a', newer);
    notes.save({ id: 'a.1', label: 'refused' });
    notes.save({ id: 'b.1', label: `taken ${isLoaded}` });
    await expect(data.flush()).rejects.toMatchObject({ code: 'upgrade-needed' });
    expect(stored('b.1')).toBe(`taken ${isLoaded}`);
    expect(disk.texts.get('app.a')).toBe(newer);
    expect([notes.syncState('a.1'), notes.syncState('b.1')]).toEqual(['pending', 'local']);
    expect(events).toContain('saved b.1');
    await environment.advance(200_000);
    expect(disk.texts.get('app.a')).toBe(newer);
  }
});

test('[FL15] [P8] what is first written while a flush loads other keys is loaded too, and merged, before it is delivered', async () => {
  const { disk, notes, data } = await open();
  notes.saveMany([
    { id: 'a.1', label: 'one' },
    { id: 'b.1', label: 'one' },
  ]);
  await data.unload();
  const again = await open(disk);
  await again.environment.advance(1000);
  again.notes.save({ id: 'a.1', label: 'two' });
  const gate = holdNext(again.faults, (method, key) => method === 'loadData' && key === 'app.a');
  const flushed = again.data.flush();
  await gate.reached;
  again.notes.save({ id: 'b.1', label: 'two' });
  gate.open();
  await flushed;
  expect([again.stored('a.1'), again.stored('b.1')]).toEqual(['two', 'two']);
  const [a, b] = [await again.notes.get('a.1'), await again.notes.get('b.1')];
  expect(b).toMatchObject({ version: 2, createdAt: a?.createdAt });
});

test('[FL16] [P6] a flush that finds a blob rotten resolves when all of it is written again from memory', async () => {
  const { data, notes, disk, events, stored } = await open();
  notes.saveMany([
    { id: 'a.1', label: 'one' },
    { id: 'a.2', label: 'untouched' },
  ]);
  await data.flush();
  disk.texts.set('app.a', '[]');
  notes.save({ id: 'a.1', label: 'two' });
  await data.flush();
  expect(events).toContain('problem corrupt');
  expect([stored('a.1'), stored('a.2')]).toEqual(['two', 'untouched']);
  expect([...disk.texts.values()]).toContain('[]');
});

test('[FL17] what was delivered with an unknown outcome is taken back for certain', async () => {
  const { data, notes, disk, faults, environment } = await open(undefined, { entities: { Note: { sync: false } } });
  notes.save({ id: 'a.1', label: 'nobody may see this' });
  faults.failAt(5, 'after');
  await expect(data.flush()).rejects.toMatchObject({ code: 'unavailable' });
  expect(disk.texts.get('app.a')).toContain('nobody may see this');
  notes.hardDelete('a.1');
  await environment.advance(2000);
  expect(disk.texts.get('app.a')).not.toContain('nobody may see this');
});

test('[FL17] a retry after a failed device flush asks the device again', async () => {
  const { data, notes, faults } = await open();
  notes.save({ id: 'a.1', label: 'one' });
  const until = faults.calls.length;
  faults.failAt(6, 'before');
  await expect(data.flush()).rejects.toMatchObject({ code: 'unavailable' });
  expect(faults.calls.slice(until).at(-1)?.method).toBe('flush');
  await data.flush();
  expect(faults.calls.at(-1)?.method).toBe('flush');
});

// To be mended in DataOrchestrator or DataManager: only a `changed` event starts the timer, and these writes emit none.
test('[FL18] a deletion on a key that is not loaded is written by itself, as every edit is', async () => {
  for (const write of [
    (notes: Awaited<ReturnType<typeof open>>['notes']) => notes.delete('a.1'),
    (notes: Awaited<ReturnType<typeof open>>['notes']) => notes.clear(),
  ]) {
    const { disk, notes, data } = await open();
    notes.save({ id: 'a.1', label: 'one' });
    await data.unload();
    const again = await open(disk);
    write(again.notes);
    await again.environment.advance(3000);
    expect(again.stored('a.1')).toBe(null);
  }
});

// To be mended where `onHidden` is listened to: each `beforeExit` starts a flush, which ends in the next `beforeExit`.
test('[FL19] a process whose disk is broken is not kept from ending by tries without end', async () => {
  const { notes, environment, faults } = await open();
  notes.save({ id: 'a.1', label: 'one' });
  faults.failAlways();
  environment.hide();
  await settle();
  const calls = faults.calls.length;
  environment.hide();
  await settle();
  expect(faults.calls.length).toBe(calls);
});
