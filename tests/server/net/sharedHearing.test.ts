import { MemorySyncStore, type Permission, type Principal, type SyncStore } from 'tiersync/server';
import { expect, test } from 'vitest';
import type { WireCursor } from '../../../src/protocol/messages.ts';
import { SharedHearing } from '../../../src/server/hearing/SharedHearing.ts';
import { randomFrom } from '../../support/randomFrom.ts';
import { anna, bert, gone, idOf, note, ServiceStage } from '../support.ts';

const most = 1_000_000;

class CountedStore extends MemorySyncStore {
  reads = 0;
  isAway = false;
  /** What becomes of the word of a commit on its way. */
  tell: (word: () => void, hint: () => void) => void = (word) => word();
  override onChange: SyncStore['onChange'] = (listener) =>
    super.onChange((tenant, commit) =>
      this.tell(
        () => listener(tenant, commit),
        () => listener(tenant),
      ),
    );
  override read: SyncStore['read'] = (tenant, work) => {
    this.reads += 1;
    return this.isAway ? Promise.reject(new Error('away')) : super.read(tenant, work);
  };
}

const line = (actions: Permission['actions'], more: Partial<Permission> = {}): Permission => ({
  userId: 'bert',
  collection: 'Note',
  actions,
  ...more,
});

function stage(): { stage: ServiceStage; store: CountedStore; hearing: SharedHearing } {
  const store = new CountedStore();
  const lines: Permission[] = [{ userId: 'anna', collection: '*', actions: ['admin'] }];
  const made = new ServiceStage({ store, lines });
  const now = (): number => made.environment.now();
  return {
    stage: made,
    store,
    hearing: new SharedHearing({ store, permissions: made.permissions, service: made.service, now }),
  };
}

test('[SO15] what is read once for all sockets is what each would have been answered by itself', async () => {
  const { stage: s, store, hearing } = stage();
  const random = randomFrom(11);
  // Of the commits of other processes there is only a hint.
  store.tell = (word, hint) => (random() < 0.7 ? word() : hint());
  const pick = <T>(items: readonly T[]): T => items[Math.floor(random() * items.length)] as T;
  const cursors: [Principal, WireCursor][] = [];
  let told = 0;
  for (let step = 0; step < 600; step += 1) {
    const kind = random();
    const ids = Array.from({ length: 1 + Math.floor(random() * 4) }, () => `n${Math.floor(random() * 30)}`);
    const name = pick(['Note', 'Task']);
    if (kind < 0.45) {
      const records = [...new Set(ids)].map((id) =>
        random() < 0.2 ? gone(id, step, name) : note(id, step, {}, step + 1, name),
      );
      await s.push(anna, records, pick(['phone', 'laptop']));
    } else if (kind < 0.52) {
      const change = pick(['grant', 'revoke'] as const);
      await s.permissions[change](
        'acme',
        line(['read'], pick([{}, { itemId: 'n1' }, { itemId: 'n2', effect: 'deny' }])),
      );
    } else if (kind < 0.54) {
      await s.store.write('acme', (writer) => writer.dropDeletions(s.environment.now() + 1));
    } else if (kind < 0.55) {
      await s.store.write('acme', (writer) => writer.setLineage(`lineage ${step}`));
    }
    const who = pick([anna, bert]);
    cursors.push([who, await s.cursor(who)]);
    for (let i = 0; i < 3; i += 1) {
      const [principal, cursor] = pick(cursors.slice(-40));
      const request = {
        cursor,
        limit: pick([1, 2, 5, 100]),
        ...pick([{}, { collections: [] }, { collections: ['Task'] }]),
      };
      const most = pick([1, 300, 100_000]);
      const heard = await hearing.hear(principal, request, most);
      expect(heard, `${step} ${principal.userId}`).toEqual(await s.service.hear(principal, request, most));
      if (heard.answer.changes.length > 0) told += 1;
    }
  }
  expect(told).toBeGreaterThan(200);
});

test('[SO15] a commit of another process is read once, however many listen, and one of this process not at all', async () => {
  const { stage: s, store, hearing } = stage();
  const cursor = await s.cursor(anna);
  const hearAll = () => Promise.all(Array.from({ length: 50 }, () => hearing.hear(anna, { cursor, limit: 100 }, most)));
  await hearAll();
  for (const [ids, reads] of [
    [['a'], 0],
    [['a', 'b'], 1],
    [['a', 'b', 'c'], 0],
  ] as const) {
    store.tell = (word, hint) => (reads === 0 ? word() : hint());
    await s.push(anna, [note(ids.at(-1) as string, 0)]);
    const before = store.reads;
    const all = await hearAll();
    expect(all.map(({ answer }) => answer.changes.map(idOf))).toEqual(all.map(() => ids));
    await hearAll();
    expect(store.reads - before).toBe(reads);
  }
});

test('[SO15] of large commits no more is kept than four megabytes, and what was before is looked up', async () => {
  const { stage: s, store, hearing } = stage();
  const cursor = await s.cursor(anna);
  const hear = (seq: number) => hearing.hear(anna, { cursor: { ...cursor, seq }, limit: 100 }, most);
  await hear(0);
  const text = 'x'.repeat(900_000);
  const of = async (seq: number) => (await hear(seq)).answer.changes.map(idOf);
  for (const tell of [store.tell, (_: () => void, hint: () => void) => hint()]) {
    store.tell = tell;
    const { seq } = await s.cursor(anna);
    for (let n = 1; n <= 5; n += 1) {
      await s.push(anna, [note(`n${seq + n}`, 0, { text })]);
      expect(await of(seq + n - 1)).toEqual([`n${seq + n}`]);
    }
    const before = store.reads;
    expect([await of(seq + 1), store.reads - before]).toEqual([[`n${seq + 2}`], 0]);
    expect([await of(seq), store.reads - before]).toEqual([[`n${seq + 1}`], 1]);
  }
});

test('[SO15] commits that are told in another order than they happened are heard in theirs', async () => {
  const { stage: s, store, hearing } = stage();
  const cursor = await s.cursor(anna);
  await hearing.hear(anna, { cursor, limit: 100 }, most);
  const words: (() => void)[] = [];
  store.tell = (word) => words.push(word);
  for (const id of ['a', 'b', 'c']) await s.push(anna, [note(id, 0)]);
  for (const word of words.reverse()) word();
  const { answer } = await hearing.hear(anna, { cursor, limit: 100 }, most);
  expect(answer.changes.map(idOf)).toEqual(['a', 'b', 'c']);
});

test('[SO15] a change that comes while one is read is read after it', async () => {
  const { stage: s, store, hearing } = stage();
  const cursor = await s.cursor(anna);
  await hearing.hear(anna, { cursor, limit: 100 }, most);
  store.tell = (_, hint) => hint();
  await s.push(anna, [note('a', 0)]);
  const first = hearing.hear(anna, { cursor, limit: 100 }, most);
  await s.push(anna, [note('b', 1)]);
  const second = await hearing.hear(anna, { cursor, limit: 100 }, most);
  expect((await first).answer.changes.length).toBeGreaterThanOrEqual(1);
  expect(second.answer.changes).toHaveLength(2);
});

test('[SO15] a reading that failed is tried again by whoever comes next', async () => {
  const { stage: s, store, hearing } = stage();
  const cursor = await s.cursor(anna);
  store.isAway = true;
  await expect(hearing.hear(anna, { cursor, limit: 100 }, most)).rejects.toThrow('away');
  store.isAway = false;
  await s.push(anna, [note('a', 0)]);
  expect((await hearing.hear(anna, { cursor, limit: 100 }, most)).answer.changes).toHaveLength(1);
  store.isAway = true;
  await s.store.write('acme', (writer) => writer.setLineage('other'));
  await expect(hearing.hear(anna, { cursor, limit: 100 }, most)).rejects.toThrow('away');
  store.isAway = false;
  expect((await hearing.hear(anna, { cursor, limit: 100 }, most)).answer.reach).toBe('first');
});

test('[SO15] of a tenant to whom nobody listens any more nothing is read', async () => {
  const { stage: s, store, hearing } = stage();
  const cursor = await s.cursor(anna);
  await hearing.hear(anna, { cursor, limit: 100 }, most);
  await s.push(anna, [note('a', 0)]);
  const reads = store.reads;
  await s.store.write('acme', (writer) => writer.setLineage('a'));
  await s.store.write('acme', (writer) => writer.setLineage('b'));
  expect(store.reads).toBe(reads);
  hearing.close();
});
