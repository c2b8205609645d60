import { describe, expect, test } from 'vitest';
import { Housekeeping } from '../../src/server/Housekeeping.ts';
import { anna, bert, gone, idsOf, note, ServiceStage, start, timeAt, wire } from './support.ts';

const day = 24 * 60 * 60_000;
const everyone = ['read', 'write', 'delete'] as const;
const until = (seconds: number) => ({ expiresAt: { $date: timeAt(seconds) } });

function open(): { readonly stage: ServiceStage; readonly housekeeping: Housekeeping } {
  const stage = new ServiceStage({ everyone });
  const { store, environment } = stage;
  return { stage, housekeeping: new Housekeeping({ store, environment }) };
}

describe('what is over', () => {
  test('[HK1] ends once its time has passed by the server’s clock, with its own stamp, and reaches devices', async () => {
    const { stage, housekeeping } = open();
    await stage.push(anna, [note('a', 1, until(100)), note('b', 1, until(200)), note('c', 1)]);
    const before = await stage.cursor(bert);
    stage.environment.jump(100_000 - 1);
    expect(await housekeeping.collect('acme')).toEqual({ expired: 0, forgotten: 0 });
    stage.environment.jump(1);
    expect(await housekeeping.collect('acme')).toEqual({ expired: 1, forgotten: 0 });
    expect(await stage.pullAll(bert, before)).toEqual([wire(gone('a', 1))]);
    expect(await housekeeping.collect('acme')).toEqual({ expired: 0, forgotten: 0 });
  });

  test('[HK2] an end loses to any later edit, and beats exactly the version that it ends', async () => {
    const { stage, housekeeping } = open();
    const version = note('a', 1, until(100));
    await stage.push(anna, [version]);
    stage.environment.jump(100_000);
    await housekeeping.collect('acme');
    expect(await stage.push(bert, [version])).toMatchObject({ results: [{ superseded: wire(gone('a', 1)) }] });
    const later = note('a', 2, until(900), 2);
    expect(await stage.push(bert, [later])).toMatchObject({ results: ['applied'] });
    expect(await stage.loadAll(anna)).toEqual([wire(later)]);
  });

  test('[HK1] more than can be ended at once end in several commits', async () => {
    const { stage, housekeeping } = open();
    for (const part of [0, 1, 2]) {
      await stage.push(
        anna,
        Array.from({ length: 400 }, (_, n) => note(`n${part}-${n}`, 1, until(100))),
      );
    }
    stage.environment.jump(100_000);
    expect(await housekeeping.collect('acme')).toEqual({ expired: 1_200, forgotten: 0 });
    expect((await stage.service.metadata(anna, {})).metadata.hash).toBe(0);
  });
});

describe('deletions', () => {
  test('[HK3] are forgotten half a year after they came, whatever their stamps say', async () => {
    const { stage, housekeeping } = open();
    await stage.push(anna, [gone('old', -1_000_000)]);
    stage.environment.jump(10 * day);
    await stage.push(anna, [gone('young', -9_000_000)]);
    stage.environment.jump(170 * day);
    expect(await housekeeping.collect('acme')).toEqual({ expired: 0, forgotten: 0 });
    stage.environment.jump(1);
    expect(await housekeeping.collect('acme')).toEqual({ expired: 0, forgotten: 1 });
    expect(idsOf(await stage.loadAll(anna))).toEqual(['young']);
  });

  test('[HK4] whose cursor is from before is told to compare, with the horizon; who has seen them is not', async () => {
    const { stage, housekeeping } = open();
    const first = await stage.cursor(anna);
    await stage.push(anna, [gone('a', 5)]);
    const second = await stage.cursor(anna);
    await stage.push(anna, [note('b', 1)]);
    stage.environment.jump(181 * day);
    await housekeeping.collect('acme');
    const horizon = { seq: 1, stamp: start + 5_000 };
    const pull = (cursor: typeof first) => stage.service.pull(anna, { cursor });
    expect(await pull(first)).toMatchObject({ reach: 'behind', changes: [], horizon });
    expect(await pull(second)).toMatchObject({ reach: 'since', horizon });
    expect(idsOf((await pull(second)).changes)).toEqual(['b']);
    // Nor is anything taken from them before they have looked, be it as new as can be.
    const push = (since: typeof first) =>
      stage.service.push(anna, { since, device: 'phone', changes: [wire(note('new', 9))] });
    expect(await push(first)).toMatchObject({ stale: true });
    expect(await push(second)).toMatchObject({ results: ['applied'] });
  });

  test('[HK5] what was forgotten does not come back by somebody who has not looked since', async () => {
    const { stage, housekeeping } = open();
    await stage.push(anna, [note('a', 1)]);
    const before = await stage.cursor(anna);
    await stage.push(bert, [gone('a', 5)]);
    stage.environment.jump(181 * day);
    await housekeeping.collect('acme');
    const push = (since: typeof before | null, seconds: number) =>
      stage.service.push(anna, { since, device: 'phone', changes: [wire(note('a', seconds, {}, 2))] });
    for (const since of [before, null, { ...before, lineage: 'other' }, { ...before, view: 'other' }]) {
      expect(await push(since, 5)).toMatchObject({ stale: true });
    }
    expect(idsOf(await stage.loadAll(anna))).toEqual([]);
    // Made after the deletion, by somebody who may have known.
    expect(await push(null, 6)).toMatchObject({ results: ['applied'] });
  });

  test('[HK6] every tenant is looked after', async () => {
    const { stage, housekeeping } = open();
    for (const tenant of ['acme', 'other']) await stage.push({ ...anna, tenant }, [note('a', 1, until(100))]);
    stage.environment.jump(100_000);
    expect([...(await housekeeping.collectAll())]).toEqual([
      ['acme', { expired: 1, forgotten: 0 }],
      ['other', { expired: 1, forgotten: 0 }],
    ]);
  });
});
