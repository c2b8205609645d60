import fc from 'fast-check';
import { expect, test } from 'vitest';
import { answerFault, eventFault, isRefusal } from '../../../src/protocol/answerFaults.ts';
import { requestFaults } from '../../../src/protocol/requestFaults.ts';
import type { SocketOperation } from '../../../src/protocol/socketMessages.ts';
import { gone, note, start, timeAt, wire } from '../support.ts';

const faultOf = requestFaults({ batch: 3, page: 5, subscriptions: 2 });
const cursor = { lineage: 'l', view: 'v', seq: 1 };
const change = wire(note('a', 0));
const deletion = wire(gone('b', 0));
const delta = {
  key: 'app.global',
  name: 'Note',
  id: 'a',
  base: 1,
  difference: { set: [], unset: [['x', 0]] },
  hash: 2,
};
const push = { since: cursor, device: 'd', changes: [change, deletion, delta] };

const right: readonly (readonly [SocketOperation, unknown])[] = [
  ['pull', { cursor: null }],
  ['pull', { cursor, collections: ['Note', 'Task'], limit: 5 }],
  ['pull', { cursor, collections: [], limit: undefined }],
  ['metadata', {}],
  ['metadata', { collections: ['Note'] }],
  ['keys', { keys: [] }],
  ['keys', { keys: ['a', 'b', 'c', 'd', 'e', 'f'], after: 'x', limit: 1 }],
  ['push', push],
  ['push', { ...push, since: null, changes: [] }],
  ['subscribe', { device: 'd', cursor: null }],
  ['subscribe', { device: 'd', cursor, collections: ['Note'], events: true }],
];

const wrong: readonly (readonly [SocketOperation, unknown, RegExp])[] = [
  ['pull', null, /the request is null, not an object/],
  ['pull', [], /not an object/],
  ['pull', 'x', /the request is "x"/],
  ['pull', {}, /lacks the field cursor/],
  ['pull', { cursor: {} }, /the request.cursor lacks the field lineage/],
  ['pull', { cursor: { ...cursor, seq: -1 } }, /request.cursor.seq is -1, not a whole number from 0/],
  ['pull', { cursor: { ...cursor, seq: 2 ** 53 } }, /seq is 9007199254740992/],
  ['pull', { cursor: { ...cursor, seq: '1' } }, /seq is "1"/],
  ['pull', { cursor: { ...cursor, seq: 1.5 } }, /seq is 1.5/],
  ['pull', { cursor: { ...cursor, view: '' } }, /view is empty/],
  ['pull', { cursor: { ...cursor, lineage: 'x'.repeat(129) } }, /lineage is longer than 128 bytes/],
  ['pull', { cursor: { ...cursor, more: 1 } }, /has the field "more", which nobody knows here/],
  ['pull', { cursor, collections: ['a', 'b', 'c'] }, /collections has 3 items, and 2 is the most/],
  ['pull', { cursor, collections: ['$x'] }, /collections\[0\] will not do: .*reserved/],
  ['pull', { cursor, collections: 'Note' }, /collections is "Note", not a list/],
  ['pull', { cursor, limit: 0 }, /limit is 0, not a whole number from 1 to 5/],
  ['pull', { cursor, limit: 6 }, /limit is 6/],
  ['pull', { cursor, limit: '5' }, /limit is "5"/],
  ['metadata', { cursor }, /has the field "cursor"/],
  ['metadata', JSON.parse('{"__proto__":{}}'), /has the field "__proto__"/],
  ['keys', {}, /lacks the field keys/],
  ['keys', { keys: Array.from({ length: 501 }, (_, i) => `k${i}`) }, /keys has 501 items/],
  ['keys', { keys: [''] }, /keys\[0\] is empty/],
  ['keys', { keys: [], after: 'x'.repeat(4097) }, /after is longer/],
  ['push', { ...push, changes: [change, change, change, change] }, /changes has 4 items, and 3 is the most/],
  ['push', { ...push, device: 7 }, /device is not a string/],
  ['push', { ...push, since: undefined }, /since is undefined/],
  ['push', { ...push, changes: [null] }, /changes\[0\] is null/],
  ['push', { ...push, changes: [{}] }, /changes\[0\] lacks the field key/],
  ['push', { ...push, changes: [{ ...change, name: 'deleted' }] }, /name will not do/],
  ['push', { ...push, changes: [{ ...change, name: 'n'.repeat(129) }] }, /name is longer than 128 bytes/],
  ['push', { ...push, changes: [{ ...change, entity: { id: 'a' } }] }, /entity.createdAt is undefined/],
  ['push', { ...push, changes: [{ ...change, entity: { ...note('a', 0).value, id: '' } }] }, /entity.id is empty/],
  ['push', { ...push, changes: [{ ...change, entity: { ...note('a', 0).value, version: -1 } }] }, /version is -1/],
  ['push', { ...push, changes: [{ ...change, entity: { ...note('a', 0).value, updatedAt: '2026' } }] }, /a time/],
  ['push', { ...push, changes: [{ ...deletion, deletedAt: 5 }] }, /deletedAt is 5/],
  ['push', { ...push, changes: [{ ...deletion, id: '__proto__' }] }, /id is taken/],
  ['push', { ...push, changes: [{ ...delta, base: 2 ** 53 }] }, /base is/],
  [
    'push',
    { ...push, changes: [{ ...delta, difference: { set: [{ path: [-1], value: 1 }], unset: [] } }] },
    /path\[0\]/,
  ],
  ['push', { ...push, changes: [{ ...delta, difference: { set: [] } }] }, /lacks the field unset/],
  ['subscribe', { cursor: null }, /lacks the field device/],
  ['subscribe', { device: 'd', cursor: null, events: 1 }, /events is 1, not true or false/],
];

test.each(right)('[SH11] a %s as it is meant is accepted (%#)', (operation, request) => {
  expect(faultOf(operation, request)).toBe(undefined);
});

test.each(wrong)(
  '[SH11] a wrong %s is refused by a sentence that names the place (%#)',
  (operation, request, message) => {
    expect(faultOf(operation, request)).toMatch(message);
  },
);

test('[SH11] whatever comes, the checks answer and throw nothing', () => {
  const operations: readonly SocketOperation[] = ['pull', 'metadata', 'keys', 'push', 'subscribe'];
  fc.assert(
    fc.property(fc.constantFrom(...operations), fc.jsonValue(), (operation, request) => {
      const fault = faultOf(operation, request);
      expect(fault === undefined || (typeof fault === 'string' && fault.length < 1_000)).toBe(true);
      expect(['string', 'undefined']).toContain(typeof answerFault(operation, request));
    }),
    { seed: 1, numRuns: 2_000 },
  );
});

const answers: readonly (readonly [SocketOperation, object])[] = [
  ['pull', { now: start, cursor, reach: 'since', changes: [change], hasMore: false, horizon: { seq: 0, stamp: -1 } }],
  ['metadata', { now: start, cursor, metadata: { updatedAt: timeAt(0), hash: 0, entityKeys: {} } }],
  ['keys', { now: start, cursor, changes: [deletion], next: null }],
  ['push', { now: start, results: ['applied', 'base-unknown', { superseded: change }], cursor: null }],
  ['push', { now: start, results: [{ rejected: { code: 'validation', reason: 'so' } }], cursor }],
  ['push', { now: start, stale: true }],
  ['subscribe', { now: start, cursor }],
];

test('[SH12] answers are checked field by field, and what a later version adds is left alone', () => {
  for (const [operation, right] of answers) {
    expect(answerFault(operation, right), operation).toBe(undefined);
    expect(answerFault(operation, { ...right, more: 1 })).toBe(undefined);
    for (const field of Object.keys(right)) {
      if (field === 'stale') continue;
      expect(answerFault(operation, { ...right, [field]: -0.5 }), `${operation}.${field}`).toMatch(`answer.${field}`);
    }
  }
  expect(eventFault({ type: 'poke' })).toBe(undefined);
  expect(eventFault({ type: 'changes', after: 0, cursor, changes: [change] })).toBe(undefined);
  expect(eventFault({ type: 'changes', after: -1, cursor, changes: [] })).toMatch('after');
  expect(isRefusal({ error: { code: 'x', message: 'y' } })).toBe(true);
  expect(isRefusal({ now: 1 })).toBe(false);
});
