import fc from 'fast-check';
import { DataOrchestrator, EntityKeyFieldStrategy, type Stored } from 'tiersync';
import { expect, test } from 'vitest';
import { Faults } from '../support/Faults.ts';
import { FaultyPersistence } from '../support/FaultyPersistence.ts';
import { settle, TestEnvironment } from '../support/TestEnvironment.ts';
import { type DiskAbilities, TextDisk } from '../support/TextDisk.ts';

interface Note {
  readonly label: string;
  readonly extra?: number;
}

const ids = ['a.1', 'a.2', 'b.1', 'b.2', 'c.1', 'bare'];
const abilities: DiskAbilities = { listKeys: true, setAside: true };

async function open(disk: TextDisk, environment = new TestEnvironment(), can: DiskAbilities = abilities) {
  const faults = new Faults();
  const data = await DataOrchestrator.create({
    prefix: 'app',
    local: new FaultyPersistence(disk.open(can), faults),
    strategy: new EntityKeyFieldStrategy('group'),
    environment,
  });
  return { data, notes: data.repo<Note>('Note'), faults, environment };
}

/** What an app without any keys, tiers or restarts would hold. */
interface Model {
  readonly label: string;
  readonly extra: number | undefined;
  readonly createdAt: number;
  readonly versions: { readonly least: number; readonly most: number };
}

type Action =
  | { readonly kind: 'save' | 'update' | 'delete' | 'get' | 'peek'; readonly id: string }
  | { readonly kind: 'batch' | 'failingBatch'; readonly writes: readonly (readonly [id: string, isSave: boolean])[] }
  | { readonly kind: 'clear' | 'getAll' | 'count' | 'flush' | 'reopen' | 'back' | 'wait' };

const idArb = fc.constantFrom(...ids);
const actionArb: fc.Arbitrary<Action> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({ kind: fc.constantFrom('save' as const, 'save' as const, 'update' as const), id: idArb }),
  },
  {
    weight: 5,
    arbitrary: fc.record({ kind: fc.constantFrom('delete' as const, 'get' as const, 'peek' as const), id: idArb }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constantFrom('batch' as const, 'failingBatch' as const),
      writes: fc.array(fc.tuple(idArb, fc.boolean()), { minLength: 1, maxLength: 4 }),
    }),
  },
  {
    weight: 7,
    arbitrary: fc.record({
      kind: fc.constantFrom(
        'clear' as const,
        'getAll' as const,
        'count' as const,
        'flush' as const,
        'reopen' as const,
        'reopen' as const,
        'back' as const,
        'wait' as const,
      ),
    }),
  },
);

class Run {
  readonly disk = new TextDisk();
  readonly environment = new TestEnvironment();
  readonly model = new Map<string, Model>();
  /** The latest stamp seen of an id, and what it was of. */
  readonly seen = new Map<string, { readonly stamp: number; readonly label: string }>();
  /** Ids saved since their key was not loaded, and how often. */
  readonly unseenSaves = new Map<string, number>();
  device!: Awaited<ReturnType<typeof open>>;
  #labels = 0;

  async play(actions: readonly Action[], can: DiskAbilities): Promise<void> {
    this.device = await open(this.disk, this.environment, can);
    for (const action of actions) await this.step(action, can);
    await this.device.data.unload();
    this.device = await open(this.disk, this.environment, can);
    await this.compareAll();
  }

  async step(action: Action, can: DiskAbilities): Promise<void> {
    const { notes, data } = this.device;
    if (action.kind === 'save') this.save(action.id);
    else if (action.kind === 'delete') this.delete(action.id);
    else if (action.kind === 'update') {
      const patch = { extra: ++this.#labels };
      const updated = await notes.update(action.id, patch);
      const known = this.model.get(action.id);
      expect(updated === null).toBe(known === undefined);
      if (known !== undefined && updated !== null) {
        const { least, most } = known.versions;
        this.model.set(action.id, { ...known, ...patch, versions: { least: least + 1, most: most + 1 } });
        this.compare(action.id, updated, true);
      }
    } else if (action.kind === 'get') this.compare(action.id, await notes.get(action.id));
    else if (action.kind === 'peek') {
      const found = notes.peek(action.id);
      if (found !== undefined) expect(found?.label ?? null).toBe(this.model.get(action.id)?.label ?? null);
    } else if (action.kind === 'batch') data.batch(() => this.writeAll(action.writes));
    else if (action.kind === 'failingBatch') this.failingBatch(action.writes);
    else if (action.kind === 'clear') {
      notes.clear();
      this.model.clear();
      this.unseenSaves.clear();
    } else if (action.kind === 'getAll') await this.compareAll();
    else if (action.kind === 'count') expect(await notes.count()).toBe(this.model.size);
    else if (action.kind === 'flush') await data.flush();
    else if (action.kind === 'reopen') {
      await data.unload();
      this.device = await open(this.disk, this.environment, can);
    } else if (action.kind === 'back') this.environment.jump(-86_400_000);
    else await this.environment.advance(700);
  }

  writeAll(writes: readonly (readonly [string, boolean])[]): void {
    for (const [id, isSave] of writes) {
      if (isSave) this.save(id);
      else this.delete(id);
    }
  }

  failingBatch(writes: readonly (readonly [string, boolean])[]): void {
    const before = new Map(this.model);
    expect(() =>
      this.device.data.batch(() => {
        this.writeAll(writes);
        this.device.notes.clear();
        throw new RangeError('all of it back');
      }),
    ).toThrow(RangeError);
    this.model.clear();
    for (const [id, known] of before) this.model.set(id, known);
  }

  save(id: string): void {
    const label = `label ${++this.#labels}`;
    const known = this.model.get(id);
    const isUnseen = this.device.notes.peek(id) === undefined || this.unseenSaves.has(id);
    this.device.notes.save({ id, label });
    const createdAt = known?.createdAt ?? Number.NaN;
    const least = known?.versions.least ?? 0;
    // On a key that is not loaded a run of saves counts as one so far; see the failing test below.
    const isRun = isUnseen && this.unseenSaves.has(id);
    if (isUnseen) this.unseenSaves.set(id, (this.unseenSaves.get(id) ?? 0) + 1);
    this.model.set(id, {
      label,
      extra: undefined,
      createdAt,
      versions: { least: isRun ? least : least + 1, most: (known?.versions.most ?? 0) + 1 },
    });
  }

  delete(id: string): void {
    this.device.notes.delete(id);
    this.model.delete(id);
    this.unseenSaves.delete(id);
  }

  async compareAll(): Promise<void> {
    const all = await this.device.notes.getAll();
    expect(all.map(({ id }) => id).sort()).toEqual([...this.model.keys()].sort());
    for (const entity of all) this.compare(entity.id, entity);
  }

  compare(id: string, entity: Stored<Note> | null, isEdited = false): void {
    const known = this.model.get(id);
    expect(entity === null).toBe(known === undefined);
    if (entity === null || known === undefined) return;
    this.unseenSaves.delete(id);
    expect(entity.label).toBe(known.label);
    expect(entity.extra).toBe(known.extra);
    expect(entity.version).toBeGreaterThanOrEqual(known.versions.least);
    expect(entity.version).toBeLessThanOrEqual(known.versions.most);
    if (!Number.isNaN(known.createdAt)) expect(entity.createdAt.getTime()).toBe(known.createdAt);
    const stamp = entity.updatedAt.getTime();
    const seen = this.seen.get(id);
    if (seen !== undefined) {
      if (isEdited || seen.label !== entity.label) expect(stamp).toBeGreaterThan(seen.stamp);
      else expect(stamp).toBeGreaterThanOrEqual(seen.stamp);
    }
    this.seen.set(id, { stamp, label: entity.label });
    const versions = { least: entity.version, most: entity.version };
    this.model.set(id, { ...known, createdAt: entity.createdAt.getTime(), versions });
  }
}

for (const [name, can] of Object.entries({
  'a persistence that lists its keys': abilities,
  'three methods alone': {},
  'storeMany and exclusive': { storeMany: true, listKeys: true, exclusive: true },
}) as [string, DiskAbilities][]) {
  test(`[P8] [HY1] any actions on keys loaded and not loaded read as a plain Map would: ${name}`, async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(actionArb, { minLength: 5, maxLength: 30 }), (actions) => new Run().play(actions, can)),
      { numRuns: 300, seed: 20261120 },
    );
  });
}

/** A disk with one note, v2, and a device that has loaded nothing. */
async function withOneNote(can: DiskAbilities = abilities) {
  const disk = new TextDisk();
  const environment = new TestEnvironment();
  const first = await open(disk, environment, can);
  first.notes.save({ id: 'a.1', label: 'one', extra: 1 });
  await environment.advance(1000);
  first.notes.save({ id: 'a.1', label: 'two', extra: 2 });
  first.notes.save({ id: 'a.2', label: 'other' });
  const stored = (await first.notes.get('a.1')) as Stored<Note>;
  await first.data.unload();
  return { disk, stored, ...(await open(disk, environment, can)) };
}

test('[P8] [HY2] a save on a key that is not loaded is read at once, and becomes the next version of what it replaces', async () => {
  const { notes, data, stored, environment } = await withOneNote();
  environment.jump(-86_400_000);
  notes.save({ id: 'a.1', label: 'three' });
  expect(notes.peek('a.1')).toMatchObject({ label: 'three' });
  expect(notes.peek('a.2')).toBe(undefined);
  await data.flush();
  expect(notes.peek('a.2')?.label).toBe('other');
  const found = await notes.get('a.1');
  expect(found).toEqual({
    id: 'a.1',
    label: 'three',
    createdAt: stored.createdAt,
    updatedAt: expect.any(Date),
    version: 3,
  });
  expect(found?.updatedAt.getTime()).toBeGreaterThan(stored.updatedAt.getTime());
});

test('[P8] [HY3] a delete on a key that is not loaded is read at once and survives hydration and restart', async () => {
  const { notes, data, disk, environment } = await withOneNote();
  environment.jump(-86_400_000);
  notes.delete('a.1');
  expect(notes.peek('a.1')).toBe(null);
  expect(await notes.getAll()).toMatchObject([{ id: 'a.2' }]);
  expect(notes.peek('a.1')).toBe(null);
  await data.unload();
  const again = await open(disk, environment);
  expect(await again.notes.get('a.1')).toBe(null);
  expect(await again.notes.count()).toBe(1);
});

test('[HY4] a delete of what turns out not to exist leaves no trace', async () => {
  const { notes, data, disk } = await withOneNote();
  notes.delete('a.99');
  notes.delete('z.1');
  await data.unload();
  expect([...disk.texts.values()].join()).not.toContain('99');
  expect(disk.texts.has('app.z')).toBe(false);
});

test('[P8] [HY5] what is written while its key is being read stays, and is merged', async () => {
  const { notes, faults, stored, data } = await withOneNote();
  let openGate = (): void => {};
  const gate = new Promise<void>((resolve) => (openGate = resolve));
  faults.gate = ({ method }) => (method === 'loadData' ? gate : undefined);
  const all = notes.getAll();
  await settle();
  notes.save({ id: 'a.1', label: 'meanwhile' });
  notes.delete('a.2');
  notes.save({ id: 'a.3', label: 'new' });
  openGate();
  expect((await all).map(({ id, label, version }) => [id, label, version]).sort()).toEqual([
    ['a.1', 'meanwhile', 3],
    ['a.3', 'new', 1],
  ]);
  expect(notes.peek('a.1')?.createdAt).toEqual(stored.createdAt);
  await data.unload();
});

test('[HY6] a key is read once, whoever asks', async () => {
  const { notes, faults } = await withOneNote();
  notes.save({ id: 'a.3', label: 'three' });
  const subscription = notes.observeAll().subscribe();
  await Promise.all([notes.get('a.1'), notes.get('a.2'), notes.getAll(), notes.count(), notes.update('a.1', {})]);
  await notes.get('a.99');
  expect(faults.calls.filter(({ method, key }) => method === 'loadData' && key === 'app.a').length).toBe(1);
  subscription.unsubscribe();
});

test('[P8] [HY7] a clear reaches keys that are not loaded, and what is saved after it is new', async () => {
  const { notes, stored, data, disk, environment } = await withOneNote();
  await environment.advance(5000);
  notes.clear();
  notes.save({ id: 'a.1', label: 'born again' });
  expect((await notes.getAll()).map(({ id, label, version }) => [id, label, version])).toEqual([
    ['a.1', 'born again', 1],
  ]);
  const found = (await notes.get('a.1')) as Stored<Note>;
  expect(found.createdAt.getTime()).toBeGreaterThan(stored.createdAt.getTime());
  await data.unload();
  const again = await open(disk, environment);
  expect((await again.notes.getAll()).map(({ id }) => id)).toEqual(['a.1']);
});

test('[P8] [HY8] deleted and saved again before its key is loaded, an entity is new', async () => {
  const { notes, stored, environment } = await withOneNote();
  await environment.advance(5000);
  notes.delete('a.1');
  notes.save({ id: 'a.1', label: 'born again' });
  const found = (await notes.get('a.1')) as Stored<Note>;
  expect(found.version).toBe(1);
  expect(found.createdAt.getTime()).toBeGreaterThan(stored.createdAt.getTime());
  expect(found.updatedAt.getTime()).toBeGreaterThan(stored.updatedAt.getTime());
});

test('[HY9] a key that cannot be read now is read later, and what was written to it waits', async () => {
  const { notes, faults, data, disk } = await withOneNote();
  notes.save({ id: 'a.1', label: 'three' });
  faults.failAlways();
  await expect(notes.get('a.2')).rejects.toMatchObject({ code: 'unavailable' });
  await expect(data.flush()).rejects.toMatchObject({ code: 'unavailable' });
  expect(notes.peek('a.1')?.label).toBe('three');
  faults.heal();
  expect((await notes.get('a.1'))?.version).toBe(3);
  await data.flush();
  expect(disk.texts.get('app.a')).toContain('three');
});

test('[HY10] a write replaces a record that cannot be read, and the rest of its key is loaded', async () => {
  const disk = new TextDisk();
  const first = await open(disk);
  first.notes.saveMany([
    { id: 'a.1', label: 'one' },
    { id: 'a.2', label: 'other' },
    { id: 'a.3', label: 'third' },
  ]);
  await first.data.unload();
  const bad = '{"$date":"never"}';
  disk.texts.set('app.a', (disk.texts.get('app.a') ?? '').replace('"one"', bad).replace('"third"', bad));
  const again = await open(disk);
  again.notes.delete('a.1');
  again.notes.save({ id: 'a.3', label: 'mended' });
  expect((await again.notes.getAll()).map(({ id, label }) => [id, label]).sort()).toEqual([
    ['a.2', 'other'],
    ['a.3', 'mended'],
  ]);
  await again.data.unload();
  expect(disk.texts.get('app.a')).not.toContain(bad);
});

test('[HY11] hardDelete on a key that is not loaded leaves nothing where nobody else could know', async () => {
  const disk = new TextDisk();
  const entities = { Secret: { sync: false } };
  const load = async () => {
    const local = disk.open(abilities);
    return DataOrchestrator.create({ prefix: 'app', local, entities, strategy: new EntityKeyFieldStrategy('group') });
  };
  const first = await load();
  first.repo('Secret').save({ id: 'a.1', word: 'sesame' });
  await first.unload();
  const again = await load();
  again.repo('Secret').hardDelete('a.1');
  expect(await again.repo('Secret').get('a.1')).toBe(null);
  await again.unload();
  expect([...disk.texts.values()].join()).not.toMatch(/sesame|a\.1/);
});

test('[P8] [HY13] also where nothing tells how late the unseen record is, an edit is stamped after it', async () => {
  const { disk, stored, data, environment } = await withOneNote({});
  await data.unload();
  disk.texts.delete('app.$metadata');
  const again = await open(disk, environment, {});
  environment.jump(-86_400_000);
  again.notes.save({ id: 'a.1', label: 'a day earlier, and later' });
  again.notes.delete('a.2');
  await again.data.unload();
  const last = await open(disk, environment, {});
  const found = (await last.notes.get('a.1')) as Stored<Note>;
  expect(found).toMatchObject({ label: 'a day earlier, and later', version: 3, createdAt: stored.createdAt });
  expect(found.updatedAt.getTime()).toBe(stored.updatedAt.getTime() + 1);
  expect(await last.notes.get('a.2')).toBe(null);
});

// To be mended in reconcile/mergePending.ts: `base.version + pending.version`.
test('[HY12] every save on a key that is not loaded counts', async () => {
  const { notes } = await withOneNote();
  notes.save({ id: 'a.1', label: 'three' });
  notes.save({ id: 'a.1', label: 'four' });
  expect((await notes.get('a.1'))?.version).toBe(4);
});
