import { describe, expect, test } from 'vitest';
import { oddNames } from '../../src/testing/oddNames.ts';
import { type Data, expectRefusal, guardPrototypes, type Outcome, outcomeOf, places, repoOf } from './support.ts';

guardPrototypes();

const odd: readonly string[] = [
  ...new Set([
    ...oddNames,
    ...['', 'polluted', 'valueOf', 'isPrototypeOf', '__defineGetter__', '__lookupSetter__', 'then', 'toJSON', 'length'],
    ...[
      'app',
      'global',
      'app.global',
      'metadata',
      '$metadata',
      'a.b',
      '.a',
      'a.',
      'x..y',
      '__proto__.x',
      'x.__proto__',
    ],
    ...['constructor.prototype', 'a.constructor', '$aside.x', 'x.$metadata', 'a.\u0000b'],
    ...[
      'i'.repeat(127),
      'i'.repeat(128),
      'i'.repeat(129),
      'é'.repeat(64),
      'é'.repeat(65),
      '🙂'.repeat(32),
      '🙂'.repeat(33),
    ],
    ...['i'.repeat(511), 'i'.repeat(512), 'i'.repeat(513), `${'k'.repeat(400)}.x`, 'i'.repeat(100_000)],
  ]),
];

const bytesOf = (text: string): number => new TextEncoder().encode(text).length;
const label = (text: string): string =>
  JSON.stringify(text.length > 30 ? `${text.slice(0, 30)}… ${text.length}` : text);

const isPrintable = (text: string): boolean => !/[\p{Cc}\p{Cs}]/u.test(text);
const inherited = Object.getOwnPropertyNames(Object.prototype);

/** The rules, said once more. */
const isName = (text: string): boolean =>
  text !== '' &&
  bytesOf(text) <= 128 &&
  isPrintable(text) &&
  text !== 'deleted' &&
  !text.startsWith('$') &&
  !inherited.includes(text);

function isId(text: string): boolean {
  const cut = text.lastIndexOf('.');
  const hasParts = cut < 0 || (cut > 0 && cut < text.length - 1 && !text.startsWith('$'));
  return text !== '' && bytesOf(text) <= 512 && isPrintable(text) && text !== '__proto__' && hasParts;
}

describe.each(places)('$name', ({ make }) => {
  test('[ER1] every odd id is kept as it is and apart from all others, or refused at every writing entry point', async () => {
    const place = make();
    const data = await place.open();
    const repo = repoOf(data);
    const accepted: string[] = [];
    for (const id of odd) {
      const saved = await outcomeOf(() => repo.save({ id, mine: id }));
      if (isId(id)) {
        expect(saved, label(id)).toEqual({ value: id });
        accepted.push(id);
        continue;
      }
      const calls: Outcome[] = [
        saved,
        await outcomeOf(() => repo.saveMany([{ mine: 1 }, { id, mine: id }])),
        await outcomeOf(() => repo.delete(id)),
        await outcomeOf(() => repo.deleteMany(['fine', id])),
        await outcomeOf(() => repo.hardDelete(id)),
        await outcomeOf(() => data.batch(() => repo.save({ id }))),
      ];
      for (const call of calls) expectRefusal(call, /^Choose another id than ".*: it /s, 'invalid-name');
      expect((calls[0] as { error: Error }).error.message.length).toBeLessThan(600);
    }
    expect(accepted.length).toBeGreaterThan(60);
    expect(await repo.count()).toBe(accepted.length);
    await data.flush();
    await data.unload();
    const again = repoOf(await place.open());
    for (const id of accepted) expect((await again.get(id))?.['mine'], label(id)).toBe(id);
    for (const id of accepted) expect(again.peek(id)?.id, label(id)).toBe(id);
    expect(await again.count()).toBe(accepted.length);
    for (const id of accepted) again.delete(id);
    for (const id of accepted) expect(again.peek(id), label(id)).toBeNull();
  });

  test('[ER1] every odd id may be asked for: there is nothing, and nothing comes of asking', async () => {
    const data = await make().open();
    const repo = repoOf(data);
    for (const id of odd) {
      expect(await outcomeOf(() => repo.get(id)), label(id)).toEqual({ value: null });
      expect(await outcomeOf(() => repo.observe(id)), label(id)).toEqual({ value: null });
      expect(await outcomeOf(() => repo.update(id, { a: 1 })), label(id)).toEqual({ value: null });
      expect(await outcomeOf(() => repo.peek(id)), label(id)).toEqual({ value: null });
      expect(await outcomeOf(() => repo.syncState(id)), label(id)).toEqual({ value: null });
      expect(await outcomeOf(() => repo.observeSyncState(id)), label(id)).toEqual({ value: null });
      expectRefusal(await outcomeOf(() => repo.move(id, { a: 1 })), /no Task with id/);
    }
    expect(await outcomeOf(() => repo.getAll({ ids: odd }))).toEqual({ value: [] });
    expect(await outcomeOf(() => repo.count({ ids: odd }))).toEqual({ value: 0 });
    expect(await outcomeOf(() => repo.observeAll({ ids: odd }))).toEqual({ value: [] });
    expect(await outcomeOf(() => repo.observeCount({ ids: odd }))).toEqual({ value: 0 });
  });

  test('[ER2] every odd entity name is kept apart from all others, or refused by repo()', async () => {
    const place = make();
    const data = await place.open();
    const accepted: string[] = [];
    for (const name of odd) {
      const made = await outcomeOf(() => data.repo(name) !== undefined);
      if (!isName(name)) {
        expectRefusal(made, /^Choose another entity name than ".*: it /s, 'invalid-name');
        continue;
      }
      expect(made, label(name)).toEqual({ value: true });
      accepted.push(name);
      repoOf(data, name).save({ id: 'one', mine: name });
      repoOf(data, name).save({ id: 'two', mine: name });
      repoOf(data, name).delete('two');
    }
    expect(accepted.length).toBeGreaterThan(50);
    await data.flush();
    await data.unload();
    const again: Data = await place.open();
    for (const name of accepted) {
      expect((await repoOf(again, name).get('one'))?.['mine'], label(name)).toBe(name);
      expect(await repoOf(again, name).get('two'), label(name)).toBeNull();
      expect(
        (await repoOf(again, name).getAll()).map(({ id }) => id),
        label(name),
      ).toEqual(['one']);
    }
  });

  test('[ER3] every odd field name comes back, or is refused with its path', async () => {
    const place = make();
    const data = await place.open();
    const repo = repoOf(data);
    const fields = odd.filter((field) => field !== '__proto__');
    const inner = Object.fromEntries(fields.map((field, i) => [field, i]));
    const id = repo.save({ ...inner, inner, list: [inner] });
    const hostile = JSON.parse('{"__proto__":{"polluted":true}}') as Record<string, unknown>;
    for (const [draft, path] of [
      [hostile, /^Task\.__proto__: .*field named __proto__/],
      [{ a: [{ b: hostile }] }, /^Task\.a\[0\]\.b\.__proto__: /],
    ] as const) {
      expectRefusal(await outcomeOf(() => repo.save(draft)), path, 'invalid-entity');
      expectRefusal(await outcomeOf(() => repo.saveMany([{}, draft])), path, 'invalid-entity');
      expectRefusal(await outcomeOf(() => repo.update(id, draft)), path, 'invalid-entity');
      expectRefusal(await outcomeOf(() => repo.update(id, () => draft)), path, 'invalid-entity');
      expectRefusal(await outcomeOf(() => repo.move(id, draft)), path, 'invalid-entity');
    }
    await data.flush();
    await data.unload();
    const read = await repoOf(await place.open()).get(id);
    const { createdAt: _c, updatedAt: _u, version: _v, id: _id, ...rest } = read as Record<string, unknown>;
    expect(rest).toEqual({ ...inner, inner, list: [inner] });
  });
});

const notTexts = [undefined, null, 0, true, 1n, Symbol('x'), {}, [], ['a'], () => 'a', new Date(0), new String('a')];

test('[ER4] an id or a name that is no text is refused by every entry point, naming what came', async () => {
  const data = await places[0]!.make().open();
  const repo = repoOf(data);
  for (const bad of notTexts as never[]) {
    for (const call of [
      () => repo.get(bad),
      () => repo.peek(bad),
      () => repo.observe(bad),
      () => repo.syncState(bad),
      () => repo.observeSyncState(bad),
      () => repo.update(bad, {}),
      () => repo.move(bad, {}),
      () => repo.delete(bad),
      () => repo.deleteMany([bad]),
      () => repo.deleteMany(['a', bad]),
      () => repo.hardDelete(bad),
    ]) {
      expectRefusal(await outcomeOf(call), /^an id is a string/i);
    }
    expectRefusal(await outcomeOf(() => data.repo(bad)), /^An entity name is a string/);
    expectRefusal(await outcomeOf(() => repo.getAll({ ids: [bad] })), /^ids\[0\]/);
    // A missing id is how a new entity is asked for.
    if (bad === undefined) continue;
    expectRefusal(await outcomeOf(() => repo.save({ id: bad })), /^An id is a string/);
  }
  expect(await repo.count()).toBe(0);
});

test('[ER4] lists that are none are refused by the calls that take lists', async () => {
  const repo = repoOf(await places[0]!.make().open());
  for (const bad of [undefined, null, 5, 'abc', {}, new Set(['a']), () => {}] as never[]) {
    expectRefusal(await outcomeOf(() => repo.saveMany(bad)), /^saveMany\(\) takes an array/);
    expectRefusal(await outcomeOf(() => repo.deleteMany(bad)), /^deleteMany\(\) takes an array/);
    if (bad !== undefined) expectRefusal(await outcomeOf(() => repo.getAll({ ids: bad })), /^ids must be an array/);
  }
});
