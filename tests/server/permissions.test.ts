import { describe, expect, test } from 'vitest';
import { MemorySyncStore } from '../../src/server/MemorySyncStore.ts';
import type { Permission, PermissionAction } from '../../src/server/Principal.ts';
import { type Asker, decide, type Policy } from '../../src/server/permissions/decide.ts';
import { permissionActions } from '../../src/server/permissions/lines.ts';
import { Permissions } from '../../src/server/permissions/Permissions.ts';
import { View } from '../../src/server/permissions/View.ts';
import { randomFrom } from '../support/randomFrom.ts';

type Subject = 'user' | 'group' | 'both' | 'none';
type Effect = 'allow' | 'deny' | 'overlap' | 'nothing';

const asker: Asker = { userId: 'anna', groups: ['crew', 'staff'] };
const others: readonly Permission[] = [
  { userId: 'bert', collection: '*', actions: ['read', 'write', 'delete', 'admin'] },
  { groupId: 'guests', collection: '*', actions: ['read', 'write', 'delete', 'admin'] },
];

function linesOf(subject: Subject, effect: Effect, scope: Partial<Permission>, action: PermissionAction): Permission[] {
  const subjects = { user: [{ userId: 'anna' }], group: [{ groupId: 'crew' }], none: [] };
  const of = subject === 'both' ? [...subjects.user, ...subjects.group] : subjects[subject];
  const effects = { allow: ['allow'], deny: ['deny'], overlap: ['allow', 'deny'], nothing: [] } as const;
  return of.flatMap((who) =>
    effects[effect].map((each) => ({ ...who, collection: 'Note', ...scope, actions: [action], effect: each })),
  );
}

describe('the table of permissions', () => {
  for (const action of permissionActions) {
    for (const scope of [{}, { itemId: 'n1' }]) {
      for (const subject of ['user', 'group', 'both', 'none'] as const) {
        for (const effect of ['allow', 'deny', 'overlap', 'nothing'] as const) {
          const where = 'itemId' in scope ? 'an item' : 'a collection';
          test(`[PM1] ${action} of ${where}: ${effect} for ${subject}`, () => {
            const policy: Policy = { lines: [...others, ...linesOf(subject, effect, scope, action)], everyone: [] };
            const isAllowed = effect === 'allow' && subject !== 'none';
            expect(decide(policy, asker, action, 'Note', 'n1')).toBe(isAllowed);
            expect(decide(policy, asker, action, 'Note', 'n2')).toBe(isAllowed && !('itemId' in scope));
            expect(decide(policy, asker, action, 'Note')).toBe(isAllowed && !('itemId' in scope));
            expect(decide(policy, asker, action, 'Task', 'n1')).toBe(false);
            for (const other of permissionActions.filter((each) => each !== action)) {
              // Who administers something may do everything with it, but for the very actions that are denied.
              const isImplied = action === 'admin' && subject !== 'none' && ['allow', 'overlap'].includes(effect);
              expect(decide(policy, asker, other, 'Note', 'n1')).toBe(isImplied);
            }
          });
        }
      }
    }
  }

  const both: readonly [string, Partial<Permission>, Partial<Permission>, boolean][] = [
    ['a collection allowed, an item denied', {}, { itemId: 'n1' }, false],
    ['an item allowed, its collection denied', { itemId: 'n1' }, {}, false],
    ['everything allowed, a collection denied', { collection: '*' }, {}, false],
    ['a collection allowed, everything denied', {}, { collection: '*' }, false],
    ['an item allowed, another denied', { itemId: 'n1' }, { itemId: 'n2' }, true],
    ['everything allowed, another collection denied', { collection: '*' }, { collection: 'Task' }, true],
  ];
  for (const [title, allowed, denied, expected] of both) {
    test(`[PM1] ${title}`, () => {
      const line = { userId: 'anna', collection: 'Note', actions: permissionActions };
      const lines: Permission[] = [
        { ...line, ...allowed },
        { ...line, ...denied, effect: 'deny' },
      ];
      for (const action of permissionActions) {
        expect(decide({ lines, everyone: [] }, asker, action, 'Note', 'n1')).toBe(expected);
        expect(decide({ lines: lines.reverse(), everyone: [] }, asker, action, 'Note', 'n1')).toBe(expected);
      }
    });
  }

  test('[PM2] what everybody may do holds for all who are signed in, but for what a line denies', () => {
    const denied: Permission = { userId: 'anna', collection: 'Note', actions: ['read'], effect: 'deny' };
    const policy: Policy = { lines: [denied], everyone: ['read', 'write'] };
    expect(decide(policy, asker, 'read', 'Note', 'n1')).toBe(false);
    expect(decide(policy, asker, 'write', 'Note', 'n1')).toBe(true);
    expect(decide(policy, asker, 'delete', 'Note', 'n1')).toBe(false);
    expect(decide(policy, { userId: 'bert', groups: [] }, 'read', 'Note', 'n1')).toBe(true);
  });

  test('[PM3] a view decides as the table does, and is another one when a line about its owner is', () => {
    const random = randomFrom(7);
    const pick = <T>(items: readonly T[]): T => items[Math.floor(random() * items.length)] as T;
    for (let round = 0; round < 300; round++) {
      const lines = Array.from({ length: Math.floor(random() * 8) }, (): Permission => {
        const collection = pick(['*', 'Note', 'Task']);
        return {
          ...pick([{ userId: 'anna' }, { userId: 'bert' }, { groupId: 'crew' }, { groupId: 'guests' }]),
          collection,
          ...(collection !== '*' && random() < 0.4 ? { itemId: pick(['n1', 'n2']) } : {}),
          actions: permissionActions.filter(() => random() < 0.5),
          effect: pick(['allow', 'deny']),
        };
      });
      const policy: Policy = { lines, everyone: pick([[], ['read']]) };
      const view = new View(policy, asker);
      for (const action of permissionActions) {
        for (const [collection, id] of [
          ['Note', 'n1'],
          ['Task', 'n2'],
          ['Other', 'n1'],
          ['Note', undefined],
        ] as const) {
          expect(view.may(action, collection, id)).toBe(decide(policy, asker, action, collection, id));
        }
      }
      expect(new View({ ...policy, lines: [...lines].reverse() }, asker).id).toBe(view.id);
      const foreign: Permission = { userId: 'bert', collection: 'Note', actions: ['read'] };
      expect(new View({ ...policy, lines: [...lines, foreign] }, asker).id).toBe(view.id);
      const own: Permission = { userId: 'anna', collection: `new${round}`, actions: ['read'] };
      expect(new View({ ...policy, lines: [...lines, own] }, asker).id).not.toBe(view.id);
      expect(new View({ ...policy, everyone: ['delete'] }, asker).id).not.toBe(view.id);
    }
  });
});

describe('granting and revoking', () => {
  const line: Permission = { userId: 'anna', collection: 'Note', actions: ['write', 'read'] };
  const open = (): Permissions => new Permissions({ store: new MemorySyncStore() });

  test('[PM4] actions are added to a line and taken out of it, one by one', async () => {
    const permissions = open();
    await permissions.grant('acme', line);
    await permissions.grant('acme', { ...line, actions: ['delete'] });
    await permissions.grant('acme', { ...line, actions: ['read'], effect: 'deny' });
    const normal = { userId: 'anna', collection: 'Note', effect: 'allow' };
    expect(await permissions.list('acme')).toEqual([
      { ...normal, actions: ['read', 'write', 'delete'] },
      { ...normal, actions: ['read'], effect: 'deny' },
    ]);
    await permissions.revoke('acme', { ...line, actions: ['write', 'admin'] });
    expect(await permissions.list('acme')).toContainEqual({ ...normal, actions: ['read', 'delete'] });
    await permissions.revoke('acme', { ...line, actions: ['read', 'delete'] });
    expect(await permissions.list('acme')).toEqual([{ ...normal, actions: ['read'], effect: 'deny' }]);
    expect(await permissions.list('other')).toEqual([]);
  });

  test('[PM4] what changes nothing is no change', async () => {
    const store = new MemorySyncStore();
    const permissions = new Permissions({ store });
    const told: string[] = [];
    store.onChange((tenant) => told.push(tenant));
    await permissions.grant('acme', line);
    await permissions.grant('acme', { ...line, actions: ['read'] });
    await permissions.revoke('acme', { ...line, actions: ['admin'] });
    await permissions.revoke('acme', { ...line, collection: 'Task' });
    expect(told).toEqual(['acme']);
  });

  const senseless: readonly [string, object, RegExp][] = [
    ['nobody', { collection: 'Note', actions: ['read'] }, /names its userId or its groupId/],
    ['two subjects', { ...line, groupId: 'crew' }, /one line for each/],
    ['an empty subject', { ...line, userId: '' }, /userId of a permission/],
    ['no collection', { ...line, collection: undefined }, /collection of a permission/],
    ['an item of every collection', { ...line, collection: '*', itemId: 'n1' }, /collection of an item/],
    ['an unknown action', { ...line, actions: ['read', 'see'] }, /read, write, delete, admin/],
    ['no actions', { ...line, actions: undefined }, /read, write, delete, admin/],
    ['an unknown effect', { ...line, effect: 'maybe' }, /'allow' or 'deny'/],
  ];
  for (const [title, wrong, message] of senseless) {
    test(`[PM5] a line with ${title} is refused`, async () => {
      const store = new MemorySyncStore();
      expect(() => new Permissions({ store, lines: [wrong as Permission] })).toThrow(TypeError);
      const permissions = new Permissions({ store });
      expect(() => permissions.grant('acme', wrong as Permission)).toThrow(message);
      expect(() => permissions.revoke('acme', wrong as Permission)).toThrow(message);
    });
  }
});
