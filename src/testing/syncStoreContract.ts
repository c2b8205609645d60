import { activeRecord } from '../blob/records.ts';
import type { StoredRecord } from '../interfaces/StoredRecord.ts';
import type { SyncStore, TenantReader } from '../server/SyncStore.ts';
import { check, checkEqual, checkRejects, type TestFunction } from './check.ts';
import { type Factory, stageFor } from './Stage.ts';
import { syncStoreQuestions } from './syncStoreQuestions.ts';
import {
  active,
  all,
  byText,
  deleted,
  draft,
  isoAt,
  mixture,
  places,
  plain,
  plainDraft,
  putAll,
  range,
  readAll,
  start,
  tenant,
} from './syncStoreRows.ts';

/** How the suite gets one. */
export type SyncStoreContractOptions = Factory<SyncStore>;

/** What every `SyncStore` has to do, as tests. */
export function syncStoreContract(test: TestFunction, options: SyncStoreContractOptions): void {
  const scenario = stageFor(test, options);

  scenario('SS1', 'a tenant that is new has a history of its own with nothing in it', async (store) => {
    const headOf = (of: string): ReturnType<TenantReader['head']> => store.read(of, (reader) => reader.head());
    const head = await headOf(tenant);
    const { lineage, ...rest } = head;
    checkEqual(rest, { seq: 0, horizon: { seq: 0, stamp: 0 }, permissions: 0 }, 'the head');
    check(lineage !== '', 'a history must have a name');
    checkEqual(await headOf(tenant), head, 'the head when it is read again');
    check((await headOf('other')).lineage !== lineage, 'two tenants must not share a history');
    checkEqual(await readAll(store), [], 'rows');
    checkEqual(await store.read(tenant, (reader) => reader.sums(all)), [], 'sums');
  });

  scenario('SS2', 'a commit has the next number, and its rows come back as they were put', async (store) => {
    const odd = draft(active('Ünïcödé/𝄞', 1, 'Note', 'line\nnul \u0000 quote " \\u0000 𝄞'), {
      device: 'device 1',
      createdBy: 'anna',
      updatedBy: 'bert',
      receivedAt: start + 7,
      expiresAt: start + 9,
    });
    const grave = draft(deleted('b', 2), { deletedBy: 'carl' });
    checkEqual(await putAll(store, [odd, grave]), 1, 'the first number');
    const next = draft(active('c', 3), { entityKey: 'app.2026' });
    checkEqual(await putAll(store, [next]), 2, 'the second number');
    const rows = (await readAll(store)).map(plain);
    const expected = [plainDraft(odd, 1), plainDraft(grave, 1), plainDraft(next, 2)];
    checkEqual(byText(rows), byText(expected), 'the rows');
    checkEqual((await store.read(tenant, (reader) => reader.head())).seq, 2, 'the head');
  });

  scenario('SS3', 'a row takes the place of the one of its name and id', async (store) => {
    await putAll(store, [draft(active('a', 1)), draft(active('b', 1)), draft(active('a', 1, 'Task'))]);
    await putAll(store, [draft(deleted('a', 2))]);
    await putAll(store, [draft(active('a', 3, 'Note', 'again'), { updatedBy: 'anna' })]);
    const rows = await readAll(store);
    checkEqual(places(rows).sort(), ['1 Note b', '1 Task a', '3 Note a'], 'the rows');
    const found = await store.read(tenant, (reader) => reader.find([{ name: 'Note', id: 'a' }]));
    checkEqual(found.map(plain), [plainDraft(draft(active('a', 3, 'Note', 'again'), { updatedBy: 'anna' }), 3)], 'it');
  });

  scenario('SS5', 'what fails leaves nothing, and uses no number up', async (store) => {
    await putAll(store, [draft(active('a', 1))]);
    const failure = new Error('on purpose');
    const outcome = await store
      .write(tenant, async (writer) => {
        await writer.put([draft(active('a', 2)), draft(active('b', 2))]);
        await writer.setPermission({ userId: 'anna', collection: '*', actions: ['read'], effect: 'allow' });
        await writer.setLineage('another');
        throw failure;
      })
      .then(
        () => null,
        (cause: unknown) => cause,
      );
    check(outcome === failure, `the error of the work must come through as it is, and came as ${String(outcome)}`);
    checkEqual(places(await readAll(store)), ['1 Note a'], 'rows');
    checkEqual(await store.read(tenant, (reader) => reader.permissions()), [], 'permissions');
    checkEqual(await putAll(store, [draft(active('b', 3))]), 2, 'the next number');
  });

  scenario('SS6', 'of 20 writers at once each gets a number, and none is left out', async (store) => {
    const seen: { readonly head: number; readonly seqs: readonly number[] }[] = [];
    const look = async (): Promise<void> =>
      store.read(tenant, async (reader) => {
        const { seq } = await reader.head();
        const rows = await reader.feed({ after: 0, reading: all });
        seen.push({ head: seq, seqs: rows.map((row) => row.seq) });
      });
    const write = (n: number): Promise<number> =>
      store.write(tenant, async (writer) => {
        const { seq } = await writer.head();
        const number = await writer.put([draft(active(`id${n}`)), draft(active(`also${n}`))]);
        checkEqual(number, seq + 1, 'the number of a commit beside the head that it was made on');
        return number;
      });
    const numbers = await Promise.all(range(20).map(async (n) => [await write(n), await look(), await write(n + 20)]));
    const given = numbers.flatMap(([first, , second]) => [Number(first), Number(second)]).sort((a, b) => a - b);
    checkEqual(
      given,
      range(40).map((n) => n + 1),
      'the numbers',
    );
    for (const { head, seqs } of seen) {
      const whole = range(head).flatMap((n) => [n + 1, n + 1]);
      checkEqual(seqs, whole, `the rows that a reader saw who was told of ${head} commits`);
    }
  });

  scenario('SS16', 'a reading is one moment, whatever is written meanwhile', async (store) => {
    await putAll(store, [draft(active('a', 1)), draft(active('b', 1))]);
    let writing: Promise<number> | undefined;
    await store.read(tenant, async (reader) => {
      const head = await reader.head();
      writing = putAll(store, [draft(active('a', 2)), draft(active('c', 2))]);
      // Where both can go on at once, it is over by now.
      for (const _ of range(50)) await reader.find([]);
      checkEqual(await reader.head(), head, 'the head');
      checkEqual(places(await reader.feed({ after: 0, reading: all })), ['1 Note a', '1 Note b'], 'the feed');
      checkEqual((await reader.sums(all))[0]?.count, 2, 'the count');
    });
    checkEqual(await writing, 2, 'the commit that was made meanwhile');
    checkEqual(places(await readAll(store)).sort(), ['1 Note b', '2 Note a', '2 Note c'], 'the rows afterwards');
  });

  scenario('SS17', 'a history can be given another name', async (store) => {
    await putAll(store, [draft(active('a'))]);
    await store.write(tenant, (writer) => writer.setLineage('restored'));
    const head = await store.read(tenant, (reader) => reader.head());
    checkEqual([head.lineage, head.seq], ['restored', 1], 'the head');
  });

  scenario('SS18', 'a writer sees what it has put', async (store) => {
    await store.write(tenant, async (writer) => {
      await writer.put([draft(active('a', 1))]);
      await writer.put([draft(active('b', 1))]);
      checkEqual(places(await writer.feed({ after: 0, reading: all })).sort(), ['1 Note a', '1 Note b'], 'the rows');
      checkEqual((await writer.head()).seq, 1, 'the head');
    });
  });

  scenario(
    'SS21',
    'of writers that share a way each sees what those before it put, and fails by itself',
    async (store) => {
      const shared = { name: 'Note', id: 'shared' };
      const failure = new Error('on purpose');
      /** Counts on from what it finds; some look by other ways as well, and some fail afterwards. */
      const write = (n: number): Promise<number> =>
        store.write(
          tenant,
          async (writer) => {
            const [row] = await writer.find([shared]);
            const count = row === undefined ? 0 : row.record.version;
            checkEqual((await writer.head()).seq, count, 'the head beside the commits that were counted');
            if (n % 3 === 0)
              checkEqual((await writer.feed({ after: count, reading: all })).length, 0, 'rows of others');
            const seq = await writer.put([draft(counted(count + 1)), draft(active(`own${n}`, n))]);
            checkEqual((await writer.find([shared]))[0]?.seq, seq, 'what was put');
            if (n % 5 === 4) throw failure;
            return seq;
          },
          // One among them says nothing, and has its way to itself.
          n === 7 ? undefined : [shared, { name: 'Note', id: `own${n}` }],
        );
      const outcomes = await Promise.allSettled(range(30).map(write));
      const isGood = (n: number): boolean => n % 5 !== 4;
      for (const [n, outcome] of outcomes.entries()) {
        checkEqual(outcome.status, isGood(n) ? 'fulfilled' : 'rejected', `writer ${n}`);
        if (outcome.status === 'rejected')
          check(outcome.reason === failure, 'a writer that fails must be told its own error');
      }
      const good = range(30).filter(isGood);
      const numbers = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? outcome.value : []));
      checkEqual(
        numbers.toSorted((a, b) => a - b),
        good.map((_, i) => i + 1),
        'the numbers',
      );
      const rows = (await readAll(store)).map(({ record }) => record.id);
      checkEqual(rows.toSorted(), ['shared', ...good.map((n) => `own${n}`)].toSorted(), 'the rows');
    },
  );

  if (options.reopen !== undefined) {
    scenario('SS19', 'everything is there after reopening', async (store, stage) => {
      await putAll(store, mixture(20));
      await store.write(tenant, (writer) =>
        writer.setPermission({ groupId: 'crew', collection: '*', actions: ['read'] }),
      );
      const look = (from: SyncStore): Promise<unknown> =>
        from.read(tenant, async (reader) => ({
          head: await reader.head(),
          rows: (await reader.feed({ after: 0, reading: all })).map(plain),
          permissions: await reader.permissions(),
        }));
      const before = await look(store);
      checkEqual(await look(await stage.reopen()), before, 'the tenant');
    });
  }

  scenario('SS20', 'after close every call rejects with `closed`', async (store) => {
    await putAll(store, [draft(active('a'))]);
    await store.close();
    await store.close();
    await checkRejects(() => readAll(store), 'closed', 'read');
    await checkRejects(() => putAll(store, []), 'closed', 'write');
    await checkRejects(() => store.tenants(), 'closed', 'tenants');
  });

  syncStoreQuestions(scenario);
}

const counted = (count: number): StoredRecord =>
  activeRecord('Note', 'shared', { id: 'shared', createdAt: isoAt(0), updatedAt: isoAt(count), version: count });
