import { KeySums } from '../blob/KeySums.ts';
import type { StoredRecord } from '../interfaces/StoredRecord.ts';
import type { Permission } from '../server/Principal.ts';
import { isRead } from '../server/reading.ts';
import type { Room, RowDraft, RowName, RowPlace, SyncRow, SyncStore } from '../server/SyncStore.ts';
import { groupBy } from '../util/groupBy.ts';
import { check, checkEqual, checkRejects } from './check.ts';
import type { Scenario } from './Stage.ts';
import {
  active,
  all,
  byText,
  deleted,
  draft,
  idsOf,
  key,
  mixture,
  places,
  putAll,
  range,
  readAll,
  readings,
  sorted,
  start,
  tenant,
} from './syncStoreRows.ts';

/** What is asked of the rows of a store: part of its contract. */
export function syncStoreQuestions(scenario: Scenario<SyncStore>): void {
  scenario('SS4', 'the feed goes by commits: after one, up to one, at most so many', async (store) => {
    for (const n of range(5)) await putAll(store, [draft(active(`a${n}`)), draft(active(`b${n}`))]);
    await putAll(store, [draft(active('a1', 9))]);
    const feed = (after: number, more: object = {}): Promise<readonly SyncRow[]> =>
      store.read(tenant, (reader) => reader.feed({ after, reading: all, ...more }));
    const seqs = (rows: readonly SyncRow[]): number[] => rows.map(({ seq }) => seq);
    checkEqual(seqs(await feed(0)), [1, 1, 2, 3, 3, 4, 4, 5, 5, 6], 'all');
    checkEqual(seqs(await feed(3)), [4, 4, 5, 5, 6], 'after 3');
    checkEqual(seqs(await feed(2, { until: 4 })), [3, 3, 4, 4], 'up to 4');
    checkEqual(seqs(await feed(1, { room: rows(2) })), [2, 3, 3], 'two of them, and one more');
    checkEqual(seqs(await feed(6)), [], 'after the last');
  });

  scenario('SS7', 'only what is asked for is read, by whichever question', async (store) => {
    const drafts = mixture(60);
    await putAll(store, drafts.slice(0, 30));
    await putAll(store, drafts.slice(30));
    const everything = await readAll(store);
    for (const reading of readings()) {
      const expected = idsOf(everything.filter((row) => isRead(reading, row)));
      const keys = range(4).map((n) => `app.${n}`);
      await store.read(tenant, async (reader) => {
        checkEqual(idsOf(await reader.feed({ after: 0, reading })), expected, 'ids in the feed');
        const ofKeys = await reader.keys({ keys, after: null, room: rows(100), reading });
        checkEqual(idsOf(ofKeys), expected, 'ids in the keys');
        const sums = await reader.sums(reading);
        const count = sums.reduce((sum, each) => sum + each.count + each.deletedCount, 0);
        checkEqual(count, expected.length, 'how many were summed');
      });
    }
  });

  scenario('SS8', 'sums are those of the rows, hash by hash', async (store) => {
    await putAll(store, mixture(200));
    await putAll(
      store,
      mixture(80).map((row) => ({ ...row, record: deleted(row.record.id, 999, row.record.entityName) })),
    );
    const everything = await readAll(store);
    for (const reading of readings()) {
      const byPlace = groupBy(
        everything.filter((row) => isRead(reading, row)),
        ({ entityKey, record }) => `${entityKey} ${record.entityName}`,
      );
      const expected = [...byPlace].map(([place, rows]) => {
        const records = rows.map(({ record }) => record);
        const stamp = Math.max(...records.map((record) => record.stamp));
        return { place, stamp, ...Object.values(KeySums.of(records).summary().entities)[0] };
      });
      const sums = await store.read(tenant, (reader) => reader.sums(reading));
      const found = sums.map(({ entityKey, name, ...sum }) => ({ place: `${entityKey} ${name}`, ...sum }));
      checkEqual(byText(found.map(sorted)), byText(expected.map(sorted)), 'the sums');
    }
  });

  scenario('SS9', 'the rows of keys come in one order, each once, however they are paged', async (store) => {
    await putAll(store, mixture(50));
    await putAll(store, [draft(active('odd', 1, 'Note'), { entityKey: 'app.10' })]);
    const keys = ['app.0', 'app.2', 'app.none'];
    const page = async (after: RowPlace | null, limit: number): Promise<readonly SyncRow[]> => {
      const found = await store.read(tenant, (reader) => reader.keys({ keys, after, room: rows(limit), reading: all }));
      check(found.length <= limit + 1, `a page of ${limit} held ${found.length}`);
      return found.slice(0, limit);
    };
    const whole = await page(null, 100);
    checkEqual(whole.length, 25, 'rows of these keys');
    const itsKeys = [...new Set(whole.map(({ entityKey }) => entityKey))].sort();
    checkEqual(itsKeys, ['app.0', 'app.2'], 'their keys');
    for (const limit of [1, 7]) {
      const paged: SyncRow[] = [];
      for (let last: SyncRow | undefined; paged.length <= whole.length; ) {
        const { entityKey = '', record } = last ?? {};
        const after = record === undefined ? null : { entityKey, name: record.entityName, id: record.id };
        const found = await page(after, limit);
        paged.push(...found);
        last = found.at(-1);
        if (last === undefined) break;
      }
      checkEqual(places(paged), places(whole), `the rows in pages of ${limit}`);
    }
  });

  scenario('SS10', 'rows are found by name and id', async (store) => {
    await putAll(store, [
      draft(active('a')),
      draft(deleted('b')),
      draft(active('a', 0, 'Task')),
      draft(active("c'; --")),
    ]);
    const find = async (...ids: { name: string; id: string }[]): Promise<string[]> =>
      places(await store.read(tenant, (reader) => reader.find(ids))).sort();
    checkEqual(await find(), [], 'nothing asked for');
    checkEqual(await find({ name: 'Task', id: 'b' }, { name: 'None', id: 'a' }), [], 'what is not there');
    const found = await find({ name: 'Note', id: 'b' }, { name: 'Task', id: 'a' }, { name: 'Note', id: "c'; --" });
    checkEqual(found, ['1 Note b', "1 Note c'; --", '1 Task a'], 'what is there');
  });

  scenario(
    'SS11',
    'a line about the same takes the place of the one before, one without actions goes',
    async (store) => {
      const line = (actions: Permission['actions'], more: Partial<Permission> = {}): Permission => ({
        userId: 'anna',
        collection: 'Note',
        actions,
        effect: 'allow',
        ...more,
      });
      const set = (given: Permission): Promise<void> => store.write(tenant, (writer) => writer.setPermission(given));
      const lines = async (): Promise<Permission[]> =>
        byText([...(await store.read(tenant, (reader) => reader.permissions()))]);
      const versionOf = async (): Promise<number> => (await store.read(tenant, (reader) => reader.head())).permissions;
      const others = [
        line(['read'], { effect: 'deny' }),
        line(['read'], { itemId: 'a' }),
        line(['read'], { collection: '*' }),
      ];
      for (const each of [line(['read']), ...others]) await set(each);
      await set(line(['read', 'write']));
      checkEqual(await lines(), byText([line(['read', 'write']), ...others]), 'lines');
      const before = await versionOf();
      await set(line([]));
      checkEqual(await lines(), byText(others), 'lines after one was emptied');
      check((await versionOf()) > before, 'a change must be counted');
      checkEqual(await store.read('other', (reader) => reader.permissions()), [], 'lines of another tenant');
    },
  );

  scenario('SS12', 'deletions that came before a time go, and the horizon rises above them', async (store) => {
    const at = (receivedAt: number): Partial<RowDraft> => ({ receivedAt });
    await putAll(store, [draft(deleted('old', 50), at(10)), draft(active('kept', 1), at(10))]);
    await putAll(store, [draft(deleted('older', 20), at(11)), draft(deleted('young', 90), at(30))]);
    await putAll(store, [draft(active('last', 2), at(31))]);
    const drop = (before: number): Promise<number> => store.write(tenant, (writer) => writer.dropDeletions(before));
    const horizon = async (): Promise<object> => (await store.read(tenant, (reader) => reader.head())).horizon;
    checkEqual(await drop(10), 0, 'deletions before the first');
    checkEqual(await horizon(), { seq: 0, stamp: 0 }, 'the horizon while nothing was dropped');
    checkEqual(await drop(12), 2, 'deletions dropped');
    checkEqual(await horizon(), { seq: 2, stamp: start + 50_000 }, 'the horizon');
    checkEqual(idsOf(await readAll(store)), ['kept', 'last', 'young'], 'what is left');
    checkEqual(await drop(31), 1, 'the next deletion');
    checkEqual(await horizon(), { seq: 2, stamp: start + 90_000 }, 'the horizon');
    checkEqual(await putAll(store, [draft(active('next'))]), 4, 'the number of the next commit');
  });

  scenario('SS13', 'what is over is found once its time has come', async (store) => {
    const until = (expiresAt: number | null): Partial<RowDraft> => ({ expiresAt });
    await putAll(store, [
      draft(active('a'), until(100)),
      draft(active('b'), until(200)),
      draft(active('never'), until(null)),
      draft(deleted('gone'), until(null)),
    ]);
    const due = async (now: number, limit = 10): Promise<string[]> =>
      idsOf(await store.read(tenant, (reader) => reader.expired(now, rows(limit))));
    checkEqual(await due(99), [], 'a moment before');
    checkEqual(await due(100), ['a'], 'at the moment');
    checkEqual(await due(500), ['a', 'b'], 'long after');
    checkEqual(await due(500, 0), ['a'], 'the first, and nothing behind it');
  });

  scenario(
    'SS22',
    'where there is room for so much, the first row beyond it comes too, and nothing behind it',
    async (store) => {
      const of = (record: StoredRecord): RowDraft => draft(record, { expiresAt: start });
      const large = active('a', 0, 'Note', '\u00fc'.repeat(20_000));
      // One that the database keeps elsewhere, packed; one that takes nothing; and two that take as much as the first.
      for (const record of [
        large,
        deleted('b'),
        active('c', 0, 'Note', '\u00fc'.repeat(20_000)),
        active('d', 0, 'Note', 'd'.repeat(40_000)),
      ]) {
        await putAll(store, [record.isDeleted ? draft(record) : of(record)]);
      }
      const bytes = new TextEncoder().encode(large.text).length;
      const names = (...ids: string[]): RowName[] => ids.map((id) => ({ name: 'Note', id }));
      const ids = (found: readonly SyncRow[]): string => found.map(({ record }) => record.id).join('');
      const cases: readonly [Room, string][] = [
        [{ rows: 9, bytes: bytes - 1 }, 'a'],
        [{ rows: 9, bytes }, 'abc'],
        [{ rows: 9, bytes: 2 * bytes - 1 }, 'abc'],
        [{ rows: 9, bytes: 2 * bytes }, 'abcd'],
        [{ rows: 9, bytes: 9 * bytes }, 'abcd'],
        [{ rows: 1, bytes: 9 * bytes }, 'ab'],
        [{ rows: 0, bytes: 0 }, 'a'],
      ];
      await store.write(tenant, async (reader) => {
        for (const [room, expected] of cases) {
          const about = `with room for ${room.rows} rows and ${room.bytes} bytes`;
          checkEqual(ids(await reader.feed({ after: 0, room, reading: all })), expected, `the feed ${about}`);
          checkEqual(
            ids(await reader.keys({ keys: [key], after: null, room, reading: all })),
            expected,
            `keys ${about}`,
          );
          const over = room.rows === 1 ? 2 : expected.replace('b', '').length;
          checkEqual((await reader.expired(start, room)).length, over, `what is over ${about}`);
        }
      });
      const find = (most: number, ...wanted: string[]): Promise<readonly SyncRow[]> =>
        store.read(tenant, (reader) => reader.find(names(...wanted), most));
      checkEqual(ids(await find(1, 'a')), 'a', 'one that is too large for itself');
      checkEqual(ids(await find(2 * bytes, 'a', 'none', 'b', 'c')).length, 3, 'as much as may be');
      await checkRejects(() => find(2 * bytes - 1, 'a', 'b', 'c'), 'too-large', 'a byte too much');
      await checkRejects(() => find(bytes - 1, 'a', 'none'), 'too-large', 'one that is too large, and another');
    },
  );

  scenario('SS14', 'nothing of one tenant is seen in another', async (store) => {
    const tenants = [tenant, 'other', "o'dd %_ 𝄞", '*'];
    for (const [n, of] of tenants.entries()) {
      await putAll(
        store,
        range(n + 1).map((m) => draft(active(`of${n}-${m}`))),
        of,
      );
    }
    for (const [n, of] of tenants.entries()) {
      checkEqual(
        idsOf(await readAll(store, of)),
        range(n + 1).map((m) => `of${n}-${m}`),
        `the rows of ${of}`,
      );
      const found = await store.read(of, (reader) =>
        reader.find(tenants.map((_, m) => ({ name: 'Note', id: `of${m}-0` }))),
      );
      checkEqual(idsOf(found), [`of${n}-0`], `what ${of} finds`);
    }
    checkEqual([...(await store.tenants())].sort(), [...tenants].sort(), 'the tenants');
  });

  scenario(
    'SS15',
    'whoever listens is told of the tenant after each commit, and of nothing that failed',
    async (store) => {
      const told: string[] = [];
      const also: string[] = [];
      const stop = store.onChange((of) => told.push(of));
      store.onChange((of) => also.push(of));
      await putAll(store, [draft(active('a'))]);
      await store.write('other', (writer) =>
        writer.setPermission({ userId: 'anna', collection: '*', actions: ['read'] }),
      );
      await store.write(tenant, async (writer) => void (await writer.head()));
      await store.write(tenant, async () => Promise.reject(new Error('on purpose'))).catch(() => {});
      checkEqual(unrepeated(told), [tenant, 'other'], 'what was told');
      stop();
      const before = [...told];
      await putAll(store, [draft(active('b'))]);
      checkEqual(told, before, 'what was told to one who listens no more');
      checkEqual(unrepeated(also), [tenant, 'other', tenant], 'what was told to the other');
    },
  );
}

const rows = (count: number): Room => ({ rows: count, bytes: Number.MAX_SAFE_INTEGER });

/** Hints may come twice. */
const unrepeated = (items: readonly string[]): string[] => items.filter((item, n) => item !== items[n - 1]);
