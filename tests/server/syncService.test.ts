import { diffCalculator } from 'tiersync';
import { describe, expect, test } from 'vitest';
import { newKeyData } from '../../src/blob/keyData.ts';
import { activeRecord } from '../../src/blob/records.ts';
import { EntityKeyHandler } from '../../src/EntityKeyHandler.ts';
import type { StoredRecord } from '../../src/interfaces/StoredRecord.ts';
import type { KeysAnswer, PushAnswer, PushRequest, WireDelta } from '../../src/protocol/messages.ts';
import type { Principal } from '../../src/server/Principal.ts';
import { EntityKeyGlobalStrategy } from '../../src/strategies/EntityKeyGlobalStrategy.ts';
import { anna, bert, gone, idsOf, key, note, ServiceStage, start, timeAt, wire } from './support.ts';

const everyone = ['read', 'write', 'delete'] as const;
const open = (more: ConstructorParameters<typeof ServiceStage>[0] = {}): ServiceStage =>
  new ServiceStage({ everyone, ...more });

const bytesOf = ({ text }: StoredRecord): number => Buffer.byteLength(text);
const resultsOf = (answer: PushAnswer): unknown => ('results' in answer ? answer.results : 'stale');

describe('pulling', () => {
  test('[SV1] a device that knows nothing, or of another history, is told where it is and given no changes', async () => {
    const stage = open();
    await stage.push(anna, [note('a', 1)]);
    const now = await stage.cursor(anna);
    const pull = (cursor: typeof now | null) => stage.service.pull(anna, { cursor });
    for (const cursor of [null, { ...now, lineage: 'other' }, { ...now, seq: now.seq + 1 }]) {
      expect(await pull(cursor)).toMatchObject({ reach: 'first', changes: [], hasMore: false, cursor: now });
    }
    expect(await pull(now)).toMatchObject({ reach: 'since', changes: [], cursor: now });
  });

  test('[SV2] a pull gives what came after the cursor, in order, and tells the time', async () => {
    const stage = open();
    const before = await stage.cursor(anna);
    await stage.push(bert, [note('a', 1)]);
    await stage.push(bert, [note('b', 1), gone('c', 1)]);
    await stage.push(bert, [note('a', 2, {}, 2)]);
    const answer = await stage.service.pull(anna, { cursor: before });
    expect(answer).toMatchObject({ reach: 'since', hasMore: false, now: start, cursor: { ...before, seq: 3 } });
    expect(answer.changes).toEqual([wire(note('b', 1)), wire(gone('c', 1)), wire(note('a', 2, {}, 2))]);
    expect(await stage.service.pull(anna, { cursor: answer.cursor })).toMatchObject({ changes: [] });
  });

  test('[SV3] pages hold whole commits, and one that is larger than a page comes whole', async () => {
    const stage = open({ limits: { page: 3 } });
    const before = await stage.cursor(anna);
    for (const [n, size] of [2, 2, 5, 1, 1].entries()) {
      await stage.push(
        bert,
        Array.from({ length: size }, (_, i) => note(`n${n}-${i}`, 1)),
      );
    }
    const sizes: number[] = [];
    for (let cursor = before; ; ) {
      const page = await stage.service.pull(anna, { cursor });
      sizes.push(page.changes.length);
      cursor = page.cursor;
      if (!page.hasMore) break;
    }
    expect(sizes).toEqual([2, 2, 5, 2]);
    expect((await stage.service.pull(anna, { cursor: before, limit: 1 })).changes).toHaveLength(2);
    expect((await stage.service.pull(anna, { cursor: before, limit: 4 })).changes).toHaveLength(2);
  });

  test('[SV3] a page takes so many bytes and not one more, but for a commit that does by itself', async () => {
    const bytes = bytesOf(note('n0', 1, { text: 'é'.repeat(500) }));
    const sizes = async (pageBytes: number): Promise<number[]> => {
      const stage = open({ limits: { pageBytes } });
      let cursor = await stage.cursor(anna);
      for (const ids of [['n0'], ['n1'], ['n2'], ['n3', 'n4']]) {
        await stage.push(
          bert,
          ids.map((id) => note(id, 1, { text: 'é'.repeat(500) })),
        );
      }
      const found: number[] = [];
      for (let hasMore = true; hasMore; ) {
        const page = await stage.service.pull(anna, { cursor });
        found.push(page.changes.length);
        ({ cursor, hasMore } = page);
      }
      return found;
    };
    expect(await sizes(2 * bytes - 1)).toEqual([1, 1, 1, 2, 0]);
    expect(await sizes(2 * bytes)).toEqual([2, 1, 2]);
    expect(await sizes(2 * bytes + 1)).toEqual([2, 1, 2]);
    expect(await sizes(3 * bytes)).toEqual([3, 2]);
    expect(await sizes(1)).toEqual([1, 1, 1, 2, 0]);
  });

  test('[SV4] a commit of one device says so, for whoever need not hear its own', async () => {
    const stage = open();
    const before = await stage.cursor(anna);
    const hear = async () => (await stage.service.hear(anna, { cursor: before })).device;
    expect(await hear()).toBe(null);
    await stage.push(anna, [note('a', 1)], 'phone');
    await stage.push(anna, [note('b', 1)], 'phone');
    expect(await hear()).toBe('phone');
    await stage.push(anna, [note('c', 1)], 'laptop');
    expect(await hear()).toBe(null);
  });

  test('[SV5] after other permissions everything counts as forgotten, and all is compared anew', async () => {
    const stage = open({ everyone: [] });
    await stage.grant({ userId: 'anna', collection: 'Note', actions: ['read', 'write'] });
    await stage.push(anna, [note('a', 1)]);
    const before = await stage.cursor(anna);
    await stage.grant({ userId: 'bert', collection: '*', actions: ['read'] });
    expect(await stage.service.pull(anna, { cursor: before })).toMatchObject({ reach: 'since' });
    await stage.permissions.revoke('acme', { userId: 'anna', collection: 'Note', actions: ['read'] });
    const answer = await stage.service.pull(anna, { cursor: before });
    expect(answer).toMatchObject({ reach: 'behind', changes: [], horizon: { seq: before.seq, stamp: 0 } });
    expect(answer.cursor.view).not.toBe(before.view);
    expect(await stage.loadAll(anna)).toEqual([]);
  });

  test('[SV6] metadata are the sums of what may be read', async () => {
    const stage = open({ everyone: ['write'] });
    await stage.grant({ userId: 'anna', collection: '*', actions: ['read'] });
    await stage.grant({ userId: 'bert', collection: 'Task', actions: ['read'] });
    const records = [note('a', 1), note('b', 2), note('t', 3, {}, 1, 'Task')];
    await stage.push(anna, records);
    const { metadata, cursor } = await stage.service.metadata(anna, {});
    expect(cursor.seq).toBe(1);
    expect(metadata.updatedAt).toBe(timeAt(3));
    expect(metadata.entityKeys[key]?.entities['Note']).toMatchObject({ count: 2, deletedCount: 0 });
    const ofBert = await stage.service.metadata(bert, {});
    expect(Object.keys(ofBert.metadata.entityKeys[key]?.entities ?? {})).toEqual(['Task']);
    expect(ofBert.metadata.hash).toBe(records[2]!.hash);
    const narrowed = await stage.service.metadata(anna, { collections: ['Task'] });
    expect(narrowed.metadata).toEqual(ofBert.metadata);
  });

  test('[SV7] keys are read page by page, deletions among them, and only the collections asked for', async () => {
    const stage = open({ limits: { page: 2 } });
    for (const id of ['a', 'b', 'c']) await stage.push(anna, [note(id, 1)]);
    await stage.push(anna, [gone('d', 1), note('t', 1, {}, 1, 'Task')]);
    const ids: string[][] = [];
    for (let after: string | null = ''; after !== null; ) {
      const page: Awaited<ReturnType<typeof stage.service.keys>> = await stage.service.keys(anna, {
        keys: [key],
        collections: ['Note'],
        ...(after === '' ? {} : { after }),
      });
      ids.push(idsOf(page.changes));
      after = page.next;
    }
    expect(ids).toEqual([
      ['a', 'b'],
      ['c', 'd'],
    ]);
    expect((await stage.service.keys(anna, { keys: ['app.other'] })).changes).toEqual([]);
  });

  test('[SV7] a page of keys takes so many bytes and not one more, but for a record that does by itself', async () => {
    const bytes = bytesOf(note('n0', 1, { text: 'é'.repeat(500) }));
    const sizes = async (pageBytes: number): Promise<number[]> => {
      const stage = open({ limits: { pageBytes } });
      await stage.push(
        anna,
        [0, 1, 2].map((n) => note(`n${n}`, 1, { text: 'é'.repeat(500) })),
      );
      const found: number[] = [];
      for (let after: string | null | undefined; after !== null; ) {
        const from: { after?: string } = after === undefined ? {} : { after };
        const page: KeysAnswer = await stage.service.keys(anna, { keys: [key], ...from });
        found.push(page.changes.length);
        after = page.next;
      }
      return found;
    };
    expect(await sizes(2 * bytes - 1)).toEqual([1, 1, 1]);
    expect(await sizes(2 * bytes)).toEqual([2, 1]);
    expect(await sizes(3 * bytes)).toEqual([3]);
    expect(await sizes(1)).toEqual([1, 1, 1, 0]);
  });
});

describe('pushing', () => {
  test('[SV10] what is new or later is taken, as one commit, and the cursor is after it', async () => {
    const stage = open();
    const since = await stage.cursor(anna);
    const answer = await stage.service.push(anna, {
      since,
      device: 'phone',
      changes: [wire(note('a', 1)), wire(gone('b', 1))],
    });
    expect(answer).toEqual({ results: ['applied', 'applied'], cursor: { ...since, seq: 1 }, now: start });
    expect(await stage.push(anna, [note('a', 2, {}, 2)])).toMatchObject({ results: ['applied'] });
  });

  test('[SV11] the same once more is applied and writes nothing', async () => {
    const stage = open();
    const since = await stage.cursor(anna);
    const request: PushRequest = { since, device: 'phone', changes: [wire(note('a', 1)), wire(gone('b', 1))] };
    await stage.service.push(anna, request);
    await stage.push(bert, [note('c', 1)]);
    expect(await stage.service.push(anna, request)).toEqual({
      results: ['applied', 'applied'],
      cursor: null,
      now: start,
    });
    expect((await stage.cursor(anna)).seq).toBe(2);
  });

  test('[SV12] something later is never overwritten: the pusher is given it', async () => {
    const stage = open();
    await stage.push(bert, [note('a', 5)]);
    expect(resultsOf(await stage.push(anna, [note('a', 4), note('b', 1)]))).toEqual([
      { superseded: wire(note('a', 5)) },
      'applied',
    ]);
    const graves = await stage.push(anna, [gone('a', 4)]);
    expect(resultsOf(graves)).toEqual([{ superseded: wire(note('a', 5)) }]);
  });

  test('[SV13] what the pusher has not seen is not overwritten either: all of the push is void', async () => {
    const stage = open();
    const since = await stage.cursor(anna);
    await stage.push(bert, [note('a', 1)]);
    const push = (changes: PushRequest['changes'], at: PushRequest['since'] = since) =>
      stage.service.push(anna, { since: at, device: 'phone', changes });
    expect(await push([wire(note('a', 2)), wire(note('b', 2))])).toEqual({ stale: true, now: start });
    expect(await push([wire(note('a', 2))], null)).toEqual({ stale: true, now: start });
    expect(await push([wire(note('a', 2))], { ...since, lineage: 'other', seq: 1 })).toEqual({
      stale: true,
      now: start,
    });
    expect(idsOf(await stage.loadAll(anna))).toEqual(['a']);
    // Of other ids nothing has to be known.
    expect(await push([wire(note('c', 2))])).toMatchObject({ results: ['applied'], cursor: null });
    expect(resultsOf(await push([wire(note('a', 2))], await stage.cursor(anna)))).toEqual(['applied']);
  });

  test('[SV14] a delta is applied to what it was made of, and a repeated one is known again', async () => {
    const stage = open();
    const base = note('a', 1, { title: 'one', tags: ['x', 'y'] });
    await stage.push(anna, [base]);
    const next = note('a', 2, { title: 'two', tags: ['x', 'z'] }, 2);
    const delta: WireDelta = {
      key,
      name: 'Note',
      id: 'a',
      base: base.hash,
      difference: diffCalculator.diff(base.value, next.value),
      hash: next.hash,
    };
    const request: PushRequest = { since: await stage.cursor(anna), device: 'phone', changes: [delta] };
    expect(resultsOf(await stage.service.push(anna, request))).toEqual(['applied']);
    expect(resultsOf(await stage.service.push(anna, request))).toEqual(['applied']);
    expect(await stage.loadAll(anna)).toEqual([wire(next)]);
  });

  const base = note('a', 1, { list: ['x'], inner: { deep: 1 } });
  const good = diffCalculator.diff(base.value, note('a', 2, { list: ['y'], inner: { deep: 1 } }, 2).value);
  const hash = note('a', 2, { list: ['y'], inner: { deep: 1 } }, 2).hash;
  const bad: readonly [string, Partial<WireDelta>][] = [
    ['another base', { base: base.hash + 1 }],
    ['another result', { hash: hash + 1 }],
    ['a path that leads nowhere', { difference: { set: [{ path: ['list', 7], value: 1 }], unset: [] } }],
    ['a path through a text', { difference: { set: [{ path: ['createdAt', 'x', 'y'], value: 1 }], unset: [] } }],
    ['another id', { difference: { set: [{ path: ['id'], value: 'b' }], unset: [] } }],
    ['the whole', { difference: { set: [{ path: [], value: 7 }], unset: [] } }],
    ['something that is not there', { id: 'none' }],
    ['something that was deleted', { id: 'grave' }],
  ];
  for (const [title, wrong] of bad) {
    test(`[SV15] a delta of ${title} voids the push, and is to be sent whole`, async () => {
      const stage = open();
      await stage.push(anna, [base, gone('grave', 1)]);
      const delta: WireDelta = { key, name: 'Note', id: 'a', base: base.hash, difference: good, hash, ...wrong };
      const since = await stage.cursor(anna);
      const answer = await stage.service.push(anna, { since, device: 'phone', changes: [wire(note('b', 1)), delta] });
      expect(resultsOf(answer)).toEqual(['base-unknown', 'base-unknown']);
      expect(idsOf(await stage.loadAll(anna))).toEqual(['a', 'grave']);
    });
  }

  test('[SV15] a delta of something that others have changed since is stale', async () => {
    const stage = open();
    await stage.push(anna, [base]);
    const since = await stage.cursor(anna);
    await stage.push(bert, [note('a', 3)]);
    const delta: WireDelta = { key, name: 'Note', id: 'a', base: base.hash, difference: good, hash };
    expect(await stage.service.push(anna, { since, device: 'phone', changes: [delta] })).toMatchObject({ stale: true });
  });

  const minute = 60;
  test('[SV16] what is stamped too far ahead is refused, but for what follows something that is', async () => {
    const stage = open();
    expect(resultsOf(await stage.push(anna, [note('a', 6 * minute), note('b', 6 * minute + 1)]))).toMatchObject([
      'applied',
      { rejected: { code: 'validation' } },
    ]);
    stage.environment.jump(-minute * 1000);
    const after = activeRecord('Note', 'a', {
      ...note('a', 0, {}, 2).value!,
      updatedAt: new Date(start + 360_001).toISOString(),
    });
    expect(resultsOf(await stage.push(anna, [after]))).toEqual(['applied']);
  });

  const places: readonly [string, string, string, string][] = [
    ['a reserved name', key, '$sync', 'a'],
    ['the name of deletions', key, 'deleted', 'a'],
    ['a name of all objects', key, 'constructor', 'a'],
    ['an id that pollutes', key, 'Note', '__proto__'],
    ['an id with a control character', key, 'Note', 'a\u0001'],
    ['an id that is too long', key, 'Note', 'a'.repeat(513)],
    ['a reserved key', 'app.$sync', 'Note', 'a'],
    ['a key with a control character', 'app\u0001.x', 'Note', 'a'],
    ['a key that is too long', 'k'.repeat(513), 'Note', 'a'],
  ];
  for (const [title, entityKey, name, id] of places) {
    test(`[SV17] ${title} is refused, and the others are taken`, async () => {
      const stage = open();
      const since = await stage.cursor(anna);
      const changes = [{ key: entityKey, name, id, deletedAt: timeAt(1) }, wire(note('b', 1))];
      const answer = await stage.service.push(anna, { since, device: 'phone', changes });
      expect(resultsOf(answer)).toMatchObject([{ rejected: { code: 'invalid-name' } }, 'applied']);
    });
  }

  test('[SV17] an id belongs to one key', async () => {
    const stage = open();
    await stage.push(anna, [note('a', 1)]);
    const since = await stage.cursor(anna);
    const moved = { ...wire(note('a', 2)), key: 'app.other' };
    const answer = await stage.service.push(anna, { since, device: 'phone', changes: [moved] });
    expect(resultsOf(answer)).toMatchObject([{ rejected: { code: 'invalid-name' } }]);
    const strategy = new EntityKeyGlobalStrategy();
    const keys = new EntityKeyHandler({ prefix: 'app', strategy, createId: () => 'x' });
    const strict = open({ keys });
    const changes = [wire(note('2026.a', 1), 'app.2026'), wire(note('b', 1)), wire(note('2026.c', 1), 'app.2027')];
    const since2 = await strict.cursor(anna);
    expect(resultsOf(await strict.service.push(anna, { since: since2, device: 'phone', changes }))).toMatchObject([
      'applied',
      'applied',
      { rejected: { code: 'invalid-name' } },
    ]);
  });

  test('[SV18] a record of a megabyte is taken, and one byte more is refused', async () => {
    const stage = open();
    const size = note('a', 1, { text: '' }).text.length;
    const exact = note('a', 1, { text: 'ä'.repeat((1_048_576 - size) / 2) + 'x'.repeat((1_048_576 - size) % 2) });
    const above = note('b', 1, { text: `${exact.value!['text']}x` });
    expect(resultsOf(await stage.push(anna, [exact, above]))).toMatchObject([
      'applied',
      { rejected: { code: 'too-large' } },
    ]);
  });

  test('[SV19] a batch of the limit is taken, and one more is refused; so is one id twice', async () => {
    const stage = open({ limits: { batch: 3 } });
    const notes = ['a', 'b', 'c', 'd'].map((id) => note(id, 1));
    await expect(stage.push(anna, notes)).rejects.toMatchObject({ code: 'too-large' });
    await expect(stage.push(anna, [note('a', 1), note('a', 2)])).rejects.toMatchObject({ code: 'validation' });
    expect(resultsOf(await stage.push(anna, notes.slice(1)))).toEqual(['applied', 'applied', 'applied']);
  });

  test('[SV19] the records of a push take so many bytes together, as they were and as they become, and one may take more', async () => {
    const large = (id: string, seconds: number): StoredRecord => note(id, seconds, { text: 'é'.repeat(500) }, seconds);
    const bytes = bytesOf(large('a', 1));
    const stage = open({ limits: { batchBytes: 2 * bytes } });
    const results = async (records: readonly StoredRecord[]) => resultsOf(await stage.push(anna, records));
    const tooMuch = { code: 'too-large', message: expect.stringContaining(`more than ${2 * bytes} bytes`) };
    await expect(results([large('a', 1), large('b', 1), gone('c', 1), note('d', 1)])).rejects.toMatchObject(tooMuch);
    expect(await results([large('a', 1), large('b', 1), gone('c', 1)])).toEqual(['applied', 'applied', 'applied']);
    expect(await results([large('e', 1)])).toEqual(['applied']);
    // What is to be written is short, and what is there is not.
    const shorter = ['a', 'b', 'e'].map((id) => note(id, 2, {}, 2));
    await expect(results(shorter)).rejects.toMatchObject(tooMuch);
    expect(await results(shorter.slice(0, 2))).toEqual(['applied', 'applied']);
    expect(await results([note('e', 3, { text: 'é'.repeat(5_000) }, 3)])).toEqual(['applied']);
    expect(await results([note('e', 4, {}, 4)])).toEqual(['applied']);
    expect((await stage.store.read('acme', (reader) => reader.head())).seq).toBe(5);
  });

  test('[SV20] the cursor after a push is told if what lies between concerns others only', async () => {
    const stage = open({ everyone: [] });
    await stage.grant({ userId: 'anna', collection: 'Note', actions: ['read', 'write'] });
    await stage.grant({ userId: 'bert', collection: 'Task', actions: ['read', 'write'] });
    const since = await stage.cursor(anna);
    await stage.push(bert, [note('t', 1, {}, 1, 'Task')]);
    const push = (id: string) => stage.service.push(anna, { since, device: 'phone', changes: [wire(note(id, 1))] });
    expect(await push('a')).toMatchObject({ cursor: { ...since, seq: 2 } });
    // Its own commit lies between by now, and this cursor has not seen it.
    expect(await push('b')).toMatchObject({ cursor: null });
  });

  const wrong: readonly [string, (stage: ServiceStage) => Promise<unknown>][] = [
    ['a cursor', ({ service }) => service.pull(anna, { cursor: { lineage: 'x', view: 'y', seq: -1 } })],
    ['collections', ({ service }) => service.pull(anna, { cursor: null, collections: 'Note' as never })],
    ['a limit', ({ service }) => service.pull(anna, { cursor: null, limit: 0 })],
    ['keys', ({ service }) => service.keys(anna, { keys: [7] as never })],
    ['a place', ({ service }) => service.keys(anna, { keys: [], after: '{"a":1}' })],
    ['a device', ({ service }) => service.push(anna, { since: null, device: '', changes: [] })],
    ['changes', ({ service }) => service.push(anna, { since: null, device: 'd', changes: {} as never })],
  ];
  for (const [title, ask] of wrong) {
    test(`[SV21] a request with ${title} that cannot be is refused`, async () => {
      await expect(ask(open())).rejects.toMatchObject({ name: 'TierSyncError', code: 'validation' });
    });
  }

  const unreadable: readonly [string, object][] = [
    ['no key', { name: 'Note', id: 'a', deletedAt: timeAt(1) }],
    ['a time that is none', { key, name: 'Note', id: 'a', deletedAt: 'yesterday' }],
    ['an entity without an id', { key, name: 'Note', entity: { ...newKeyData(), updatedAt: timeAt(1) } }],
    ['a delta without a base', { key, name: 'Note', id: 'a', difference: { set: [], unset: [] }, hash: 1 }],
    [
      'a path that pollutes',
      {
        key,
        name: 'Note',
        id: 'a',
        base: 1,
        hash: 1,
        difference: { set: [{ path: ['__proto__', 'x'], value: 1 }], unset: [] },
      },
    ],
  ];
  for (const [title, change] of unreadable) {
    test(`[SV21] a change with ${title} is refused, and nothing is taken`, async () => {
      const stage = open();
      const request = { since: null, device: 'phone', changes: [wire(note('b', 1)), change] } as PushRequest;
      await expect(stage.service.push(anna, request)).rejects.toMatchObject({ code: 'corrupt' });
      expect(await stage.loadAll(anna)).toEqual([]);
    });
  }

  test('[SV22] who is not signed in any more is nobody', async () => {
    const stage = open();
    const late: Principal = { ...anna, expiresAt: start };
    for (const ask of [
      () => stage.service.pull(late, { cursor: null }),
      () => stage.service.metadata(late, {}),
      () => stage.service.keys(late, { keys: [key] }),
      () => stage.service.push(late, { since: null, device: 'd', changes: [] }),
      () => stage.service.checkPermission(late, 'read', 'Note'),
    ]) {
      await expect(ask()).rejects.toMatchObject({ code: 'auth-needed' });
    }
    expect(await stage.service.pull({ ...anna, expiresAt: start + 1 }, { cursor: null })).toMatchObject({
      reach: 'first',
    });
  });
});
