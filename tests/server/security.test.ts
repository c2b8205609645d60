import { describe, expect, test } from 'vitest';
import type { PushAnswer } from '../../src/protocol/messages.ts';
import type { Permission, PermissionAction, Principal } from '../../src/server/Principal.ts';
import { decide } from '../../src/server/permissions/decide.ts';
import { permissionActions } from '../../src/server/permissions/lines.ts';
import { randomFrom } from '../support/randomFrom.ts';
import { anna, bert, gone, idOf, idsOf, key, note, ServiceStage, wire } from './support.ts';

const all: readonly PermissionAction[] = ['read', 'write', 'delete'];
const owner: Principal = { tenant: 'acme', userId: 'owner', groups: [] };
const rights: Permission = { userId: 'owner', collection: '*', actions: ['admin'] };
const denied = { rejected: { code: 'auth-needed', reason: 'you have no permission for this' } };

const open = (): ServiceStage => new ServiceStage({ lines: [rights] });
const resultsOf = (answer: PushAnswer): readonly unknown[] => ('results' in answer ? answer.results : []);

type Subject = 'user' | 'group' | 'both' | 'none';

/** The lines of one row of the table. */
function linesOf(
  subject: Subject,
  effect: 'allow' | 'overlap',
  line: Omit<Permission, 'userId'>,
): readonly Permission[] {
  const subjects = { user: [{ userId: 'bert' }], group: [{ groupId: 'crew' }], none: [] };
  const of = subject === 'both' ? [...subjects.user, ...subjects.group] : subjects[subject];
  const effects = effect === 'allow' ? (['allow'] as const) : (['allow', 'deny'] as const);
  return of.flatMap((who) => effects.map((each) => ({ ...who, ...line, effect: each })));
}

/** Six ways by which a record, or that there is one, could come out; each answers with the ids that do. */
const waysOut: readonly [string, (stage: ServiceStage, principal: Principal) => Promise<readonly string[]>][] = [
  ['a pull', async (stage, who) => idsOf(await stage.pullAll(who, { ...(await stage.cursor(who)), seq: 0 }))],
  [
    'what a socket hears',
    async ({ service }, who) => {
      const { cursor } = await service.pull(who, { cursor: null });
      return idsOf((await service.hear(who, { cursor: { ...cursor, seq: 0 } })).answer.changes);
    },
  ],
  ['keys', async ({ service }, who) => idsOf((await service.keys(who, { keys: [key] })).changes)],
  [
    'counts',
    async ({ service }, who) => {
      const { metadata } = await service.metadata(who, {});
      const { count = 0, deletedCount = 0 } = metadata.entityKeys[key]?.entities['Note'] ?? {};
      return [...Array(count).fill('n1'), ...Array(deletedCount).fill('n2')];
    },
  ],
  [
    'single questions',
    async ({ service }, who) => {
      const found = await Promise.all(['n1', 'n2'].map((id) => service.find(who, 'Note', id)));
      return found.flatMap((change) => (change === null ? [] : [idOf(change)]));
    },
  ],
  [
    'the answer to a push of something older',
    async (stage, who) => {
      const results = resultsOf(await stage.push(who, [note('n1', 0), note('n2', 0)]));
      return results.flatMap((result) =>
        typeof result === 'object' && result !== null && 'superseded' in result
          ? [idOf(result.superseded as never)]
          : [],
      );
    },
  ],
];

describe('reading', () => {
  for (const scope of [{}, { itemId: 'n1' }]) {
    for (const subject of ['user', 'group', 'both', 'none'] as const) {
      for (const effect of ['allow', 'overlap'] as const) {
        for (const [way, ask] of waysOut) {
          const what = 'itemId' in scope ? 'an item' : 'a collection';
          test(`[SZ1] ${way} shows what ${effect} of ${what} for ${subject} says`, async () => {
            const stage = open();
            await stage.push(owner, [note('n1', 1), gone('n2', 1)]);
            await stage.grant({ userId: 'bert', collection: 'Note', actions: ['write', 'delete'] });
            const line = { collection: 'Note', ...scope, actions: ['read'] as const };
            for (const each of linesOf(subject, effect, line)) await stage.grant(each);
            const isAllowed = effect === 'allow' && subject !== 'none';
            const expected = !isAllowed ? [] : 'itemId' in scope ? ['n1'] : ['n1', 'n2'];
            expect(await ask(stage, bert)).toEqual(expected);
          });
        }
      }
    }
  }

  test('[SZ2] for 10,000 pairs of a user and an item every way shows the same, and that is what the table says', async () => {
    const random = randomFrom(3);
    const pick = <T>(items: readonly T[]): T => items[Math.floor(random() * items.length)] as T;
    const stage = open();
    const names = ['Note', 'Task', 'Plan', 'Bill'];
    const records = Array.from({ length: 100 }, (_, n) => note(`n${n}`, 1, {}, 1, names[n % 4]));
    await stage.push(owner, records);
    for (let n = 0; n < 300; n++) {
      await stage.grant({
        ...pick([{ userId: `user${n % 100}` }, { groupId: `group${n % 7}` }]),
        collection: pick(names),
        ...(random() < 0.5 ? { itemId: `n${Math.floor(random() * 100)}` } : {}),
        actions: ['read'],
        effect: random() < 0.75 ? 'allow' : 'deny',
      });
    }
    const policy = { lines: await stage.permissions.list('acme'), everyone: [] };
    let shown = 0;
    for (let n = 0; n < 100; n++) {
      const who: Principal = { tenant: 'acme', userId: `user${n}`, groups: [`group${n % 7}`, `group${n % 5}`] };
      const said = records.filter(({ entityName, id }) => decide(policy, who, 'read', entityName, id));
      const expected = said.map(({ id }) => id).sort();
      shown += expected.length;
      expect(idsOf(await stage.pullAll(who, { ...(await stage.cursor(who)), seq: 0 }))).toEqual(expected);
      expect(idsOf(await stage.loadAll(who))).toEqual(expected);
      const found = await Promise.all(records.map(({ entityName, id }) => stage.service.find(who, entityName, id)));
      expect(idsOf(found.filter((change) => change !== null))).toEqual(expected);
    }
    expect(shown).toBeGreaterThan(1_000);
    expect(shown).toBeLessThan(9_000);
  });

  test('[SZ3] what somebody could never read is not told of as deleted', async () => {
    const stage = open();
    await stage.grant({ userId: 'bert', collection: 'Task', actions: ['read'] });
    const before = await stage.cursor(bert);
    await stage.push(owner, [note('secret', 1), note('open', 1, {}, 1, 'Task')]);
    await stage.push(owner, [gone('secret', 2), gone('open', 2, 'Task')]);
    expect(await stage.pullAll(bert, before)).toEqual([wire(gone('open', 2, 'Task'))]);
    expect(JSON.stringify(await stage.service.metadata(bert, {}))).not.toContain('Note');
  });

  test('[SZ4] after a revocation nothing comes any more, and the next pull says to compare', async () => {
    const stage = open();
    const line: Permission = { userId: 'bert', collection: 'Note', actions: ['read'] };
    await stage.grant(line);
    await stage.push(owner, [note('a', 1)]);
    const before = await stage.cursor(bert);
    const told: string[] = [];
    stage.service.onChange((tenant) => told.push(tenant));
    await stage.permissions.revoke('acme', line);
    expect(told).toEqual(['acme']);
    await stage.push(owner, [note('b', 2)]);
    expect(await stage.service.pull(bert, { cursor: before })).toMatchObject({ reach: 'behind', changes: [] });
    expect(await stage.loadAll(bert)).toEqual([]);
  });
});

describe('writing', () => {
  const writes: readonly [PermissionAction, (id: string) => ReturnType<typeof note>][] = [
    ['write', (id) => note(id, 5, {}, 2)],
    ['delete', (id) => gone(id, 5)],
  ];
  for (const [action, make] of writes) {
    for (const granted of permissionActions) {
      for (const scope of [{}, { itemId: 'n1' }]) {
        for (const isThere of [true, false]) {
          const where = 'itemId' in scope ? 'one item' : 'a collection';
          test(`[SZ5] ${granted} of ${where}: a ${action} of what is ${isThere ? '' : 'not '}there`, async () => {
            const stage = open();
            if (isThere) await stage.push(owner, [note('n1', 1), note('n2', 1)]);
            await stage.grant({ userId: 'bert', collection: 'Note', ...scope, actions: [granted] });
            const results = resultsOf(await stage.push(bert, [make('n1'), make('n2')]));
            const may = granted === action || granted === 'admin';
            expect(results[0]).toEqual(may ? 'applied' : denied);
            expect(results[1]).toEqual(may && !('itemId' in scope) ? 'applied' : denied);
          });
        }
      }
    }
  }

  test('[SZ5] a move needs both: to write where it goes and to delete where it comes from', async () => {
    const moves = [note('to', 2, {}, 1, 'Task'), gone('from', 2)];
    const move = async (lines: readonly Permission[]): Promise<readonly unknown[]> => {
      const stage = open();
      await stage.push(owner, [note('from', 1)]);
      for (const line of lines) await stage.grant(line);
      return resultsOf(await stage.push(bert, moves));
    };
    const write: Permission = { userId: 'bert', collection: 'Task', actions: ['write'] };
    const remove: Permission = { userId: 'bert', collection: 'Note', actions: ['delete'] };
    expect(await move([write, remove])).toEqual(['applied', 'applied']);
    expect(await move([write])).toEqual(['applied', denied]);
    expect(await move([remove])).toEqual([denied, 'applied']);
    // Within one name it is one thing: what could not go there stays where it is.
    const stage = open();
    await stage.push(owner, [note('from', 1)]);
    await stage.grant({ userId: 'bert', collection: 'Note', actions: ['delete'] });
    expect(resultsOf(await stage.push(bert, [note('to', 2), gone('from', 2)]))).toEqual([denied, denied]);
    expect(idsOf(await stage.loadAll(owner))).toEqual(['from']);
  });

  test('[SZ6] tenant, authors, number and time of receipt are the server’s to say', async () => {
    const stage = open();
    await stage.grant({ userId: 'bert', collection: '*', actions: all });
    const forged = { tenant: 'other', seq: 99, createdBy: 'owner', updatedBy: 'owner', receivedAt: 1, device: 'x' };
    const since = await stage.cursor(bert);
    const change = { ...wire(note('a', 1, forged)), ...forged };
    await stage.service.push(bert, { since, changes: [change], ...forged } as never);
    const [row] = await stage.store.read('acme', (reader) => reader.find([{ name: 'Note', id: 'a' }]));
    const now = stage.environment.now();
    // Only the device is what the request says: it proves nothing.
    expect(row).toMatchObject({
      seq: 1,
      createdBy: 'bert',
      updatedBy: 'bert',
      deletedBy: null,
      receivedAt: now,
      device: 'x',
    });
    expect(await stage.store.tenants()).not.toContain('other');
    await stage.push(owner, [gone('a', 2), gone('never', 2)]);
    const [unmade] = await stage.store.read('acme', (reader) => reader.find([{ name: 'Note', id: 'never' }]));
    expect(unmade).toMatchObject({ createdBy: null, updatedBy: null, deletedBy: 'owner' });
    const [grave] = await stage.store.read('acme', (reader) => reader.find([{ name: 'Note', id: 'a' }]));
    expect(grave).toMatchObject({ seq: 2, createdBy: 'bert', updatedBy: 'bert', deletedBy: 'owner' });
  });

  test('[SZ7] a refusal is the same for what is there and for what is not', async () => {
    const answers = async (isThere: boolean): Promise<string> => {
      const stage = open();
      await stage.push(owner, [note('other', 1), ...(isThere ? [note('a', 1)] : [])]);
      await stage.grant({ userId: 'bert', collection: 'Task', actions: ['read', 'write', 'delete'] });
      const delta = {
        key,
        name: 'Note',
        id: 'a',
        base: note('a', 1).hash,
        difference: { set: [], unset: [] },
        hash: 1,
      };
      const since = await stage.cursor(bert);
      const asked = await Promise.all([
        stage.push(bert, [note('a', 0)]),
        stage.push(bert, [note('a', 1)]),
        stage.push(bert, [note('a', 9)]),
        stage.push(bert, [gone('a', 9)]),
        stage.service.push(bert, { since: null, device: 'd', changes: [wire(note('a', 9), 'app.else')] }),
        stage.service.push(bert, { since, device: 'd', changes: [delta] }),
        stage.service.find(bert, 'Note', 'a'),
        stage.service.keys(bert, { keys: [key] }),
        stage.service.metadata(bert, {}),
      ]);
      return JSON.stringify(asked).replaceAll(/"lineage":"\w+"/g, '"lineage"');
    };
    expect(await answers(true)).toBe(await answers(false));
  });
});

describe('tenants', () => {
  test('[ST1] of 10,000 random requests none reads, writes or hears anything of another tenant', async () => {
    const random = randomFrom(11);
    const pick = <T>(items: readonly T[]): T => items[Math.floor(random() * items.length)] as T;
    const stage = new ServiceStage({ everyone: all });
    const tenants = ['acme', 'other', 'third'];
    const marks = new Map(tenants.map((tenant) => [tenant, `marker-${tenant}-${random()}`]));
    const who = (tenant: string): Principal => ({ tenant, userId: 'anna', groups: ['crew'] });
    const cursors = new Map<string, Awaited<ReturnType<ServiceStage['cursor']>>>();
    for (const tenant of tenants) {
      await stage.push(
        who(tenant),
        Array.from({ length: 20 }, (_, n) => note(`n${n}`, 1, { mark: marks.get(tenant)! })),
      );
      cursors.set(tenant, await stage.cursor(who(tenant)));
    }
    const sent: string[] = [];
    for (let n = 0; n < 10_000; n++) {
      const tenant = pick(tenants);
      const foreign = pick(tenants.filter((each) => each !== tenant));
      const asker = who(tenant);
      // Cursors, keys and fields of another tenant, for all that they may be worth.
      const cursor = pick([null, cursors.get(foreign)!, { ...cursors.get(tenant)!, seq: 0 }]);
      const lure = { tenant: foreign, principal: who(foreign) };
      const id = `n${Math.floor(random() * 25)}`;
      const ask: (() => Promise<unknown>)[] = [
        () => stage.service.pull(asker, { cursor, ...lure } as never),
        () => stage.service.keys(asker, { keys: [key, `${foreign}.global`], ...lure } as never),
        () => stage.service.metadata(asker, lure as never),
        () => stage.service.find(asker, 'Note', id),
        () =>
          stage.service.push(asker, {
            since: cursor,
            device: 'phone',
            changes: [{ ...wire(note(id, 2, { mark: marks.get(tenant)! }, 2)), ...lure }],
            ...lure,
          } as never),
      ];
      const answer = JSON.stringify(await pick(ask)());
      for (const [other, mark] of marks)
        if (other !== tenant && answer.includes(mark)) sent.push(`${tenant}: ${answer}`);
    }
    expect(sent).toEqual([]);
    for (const tenant of tenants) {
      const held = JSON.stringify(await stage.loadAll(who(tenant)));
      expect(held).toContain(marks.get(tenant));
      for (const [other, mark] of marks) expect(held.includes(mark)).toBe(other === tenant);
    }
  });

  test('[ST1] permissions of one tenant say nothing in another', async () => {
    const stage = new ServiceStage();
    await stage.grant({ userId: 'anna', collection: '*', actions: ['admin'] }, 'acme');
    expect(await stage.service.checkPermission(anna, 'admin', '*')).toBe(true);
    for (const action of permissionActions) {
      expect(await stage.service.checkPermission({ ...anna, tenant: 'other' }, action, '*')).toBe(false);
      expect(await stage.service.checkPermission({ ...anna, tenant: 'other' }, action, 'Note', 'a')).toBe(false);
    }
  });
});
