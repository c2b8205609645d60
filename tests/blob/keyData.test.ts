import fc from 'fast-check';
import { expect, test } from 'vitest';
import { copyJson } from '../../src/blob/copyJson.ts';
import {
  checkKeyData,
  type KeyDataDraft,
  newKeyData,
  putRecord,
  recordAt,
  recordsIn,
  removeRecord,
} from '../../src/blob/keyData.ts';
import type { StoredRecord } from '../../src/interfaces/StoredRecord.ts';
import { active, grave, isoOf, told } from './support.ts';

const draft = (json: string): KeyDataDraft => checkKeyData('k', JSON.parse(json));

function read(data: KeyDataDraft): { records: StoredRecord[]; unreadable: string[] } {
  const unreadable: string[] = [];
  return { records: [...recordsIn(data, (place) => unreadable.push(place))], unreadable };
}

const alive = { id: 'a', createdAt: isoOf(1), updatedAt: isoOf(2), version: 1 };

/** What a newer version, or somebody's hand, may have put into a blob. */
const strange = {
  $: { format: 1, horizon: { seq: 5 } },
  $later: { x: 1 },
  Task: { a: { ...alive, unknown: { $later: 1 }, list: [null] }, ghost: 5 },
  Later: 'not records',
  deleted: { Task: { b: isoOf(3), c: 'someday' }, Later: 7 },
};

test('[BL17] names, fields and $-fields that this version does not know survive every patch', () => {
  const data = checkKeyData('k', copyJson(strange));
  putRecord(data, active('n', 5, {}));
  putRecord(data, grave('m', 6));
  removeRecord(data, 'Task', 'n');
  removeRecord(data, 'Task', 'm');
  removeRecord(data, 'Nobody', 'x');
  expect(data).toEqual(strange);
  putRecord(data, active('a', 9, { title: 'new' }));
  expect(data).toEqual({ ...strange, Task: { ...strange.Task, a: active('a', 9, { title: 'new' }).value } });
});

test.each<[string, string, string[]]>([
  ['a name that holds no records', '{"Task":5}', ['Task']],
  ['a name that holds an array', '{"Task":[]}', ['Task']],
  ['a record that is no object', '{"Task":{"a":null}}', ['Task.a']],
  ['a record without a time', '{"Task":{"a":{"id":"a"}}}', ['Task.a']],
  ['a record with a bad time', '{"Task":{"a":{"id":"a","updatedAt":"soon"}}}', ['Task.a']],
  ['a time as a number', '{"Task":{"a":{"id":"a","updatedAt":1}}}', ['Task.a']],
  ['a time in another spelling', '{"Task":{"a":{"id":"a","updatedAt":"2026-01-01T00:00:00Z"}}}', ['Task.a']],
  ['a time that depends on the place', '{"Task":{"a":{"id":"a","updatedAt":"2026-01-01T00:00:00"}}}', ['Task.a']],
  ['a bad creation time', `{"Task":{"a":{"id":"a","createdAt":1,"updatedAt":"${isoOf(1)}"}}}`, ['Task.a']],
  ['a version that is no number', `{"Task":{"a":{"id":"a","version":{},"updatedAt":"${isoOf(1)}"}}}`, ['Task.a']],
  ['a version below zero', `{"Task":{"a":{"id":"a","version":-1,"updatedAt":"${isoOf(1)}"}}}`, ['Task.a']],
  ['a record with the id of another', `{"Task":{"a":{"id":"b","updatedAt":"${isoOf(1)}"}}}`, ['Task.a']],
  ['a deletion without a time', '{"deleted":{"Task":{"a":true}}}', ['deleted.Task.a']],
  ['deletions in another spelling', '{"deleted":{"Task":{"a":"2026-01-01"}}}', ['deleted.Task.a']],
  ['a name that every object has', `{"constructor":{"a":${JSON.stringify(alive)}}}`, ['constructor']],
  ['the name __proto__', `{"__proto__":{"a":${JSON.stringify(alive)}}}`, ['__proto__']],
  ['the id __proto__', `{"Task":{"__proto__":${JSON.stringify({ ...alive, id: '__proto__' })}}}`, ['Task.__proto__']],
  ['a deletion of the id __proto__', `{"deleted":{"Task":{"__proto__":"${isoOf(1)}"}}}`, ['deleted.Task.__proto__']],
  ['a deletion under the name __proto__', `{"deleted":{"__proto__":{"a":"${isoOf(1)}"}}}`, ['deleted.__proto__']],
])('[BL18] %s is reported, is no record, and stays where it is', (_what, json, places) => {
  const data = draft(json);
  const before = JSON.stringify(data);
  const { records, unreadable } = read(data);
  expect(records).toEqual([]);
  expect(unreadable).toEqual(places);
  putRecord(data, active('other', 5));
  removeRecord(data, 'Task', 'other');
  const after = JSON.parse(JSON.stringify(data)) as Record<string, unknown>;
  for (const [name, value] of Object.entries(JSON.parse(before) as object)) {
    // A name that held no records gave way to one that was just written there.
    if (name === 'Task' && (typeof value !== 'object' || Array.isArray(value))) continue;
    expect(after[name], name).toEqual(value);
  }
});

test('[BL18] what cannot be read does not hide what can', () => {
  const { records, unreadable } = read(checkKeyData('k', copyJson(strange)));
  expect(records.map((record) => [record.id, record.isDeleted])).toEqual([
    ['a', false],
    ['b', true],
  ]);
  expect(unreadable).toEqual(['Task.ghost', 'Later', 'deleted.Task.c', 'deleted.Later']);
});

test('[BL18] a record nested too deeply to be handled is reported, and the others are read', () => {
  const deep = `${'['.repeat(20_000)}${']'.repeat(20_000)}`;
  const data = draft(`{"Task":{"a":${JSON.stringify(alive)},"b":{"id":"b","updatedAt":"${isoOf(1)}","deep":${deep}}}}`);
  const { records, unreadable } = read(data);
  expect(records.map((record) => [record.id, typeof record.hash])).toEqual([['a', 'number']]);
  expect(unreadable).toEqual(['Task.b']);
});

test('[BL19] ids and names that objects have by nature are records like any other', () => {
  const data = newKeyData();
  const ids = ['constructor', 'hasOwnProperty', 'toString', 'valueOf', '0', '', 'deleted', '$', '$x'];
  for (const id of ids) expect(recordAt(data, 'Task', id), id).toBeUndefined();
  for (const id of ids) putRecord(data, active(id, 5));
  for (const id of ids) expect(recordAt(data, 'Task', id)?.id).toBe(id);
  const stored = draft(JSON.stringify(data));
  expect(
    read(stored)
      .records.map(({ id }) => id)
      .sort(),
  ).toEqual([...ids].sort());
  for (const id of ids) putRecord(stored, grave(id, 6));
  expect(read(stored)).toMatchObject({ unreadable: [] });
  expect(read(stored).records.every(({ isDeleted }) => isDeleted)).toBe(true);
  for (const id of ids) removeRecord(stored, 'Task', id);
  expect(read(stored).records).toEqual([]);
  expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
});

const step = fc.record({
  name: fc.constantFrom('Task', 'Note'),
  id: fc.constantFrom('a', 'b', 'constructor'),
  kind: fc.constantFrom('active', 'deleted', 'removed'),
  time: fc.integer({ min: 1, max: 9 }),
});

test('[BL20] a blob after any sequence of patches, stored and read, holds exactly the latest of each id', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 25 }), (steps) => {
      let data = newKeyData();
      const expected = new Map<string, StoredRecord>();
      for (const { name, id, kind, time } of steps) {
        const record = kind === 'deleted' ? grave(id, time, name) : active(id, time, {}, name);
        if (kind === 'removed') {
          removeRecord(data, name, id);
          expected.delete(`${name} ${id}`);
        } else {
          putRecord(data, record);
          expected.set(`${name} ${id}`, record);
        }
        data = draft(JSON.stringify(data));
      }
      const { records, unreadable } = read(data);
      expect(unreadable).toEqual([]);
      expect(records.map(told).sort()).toEqual([...expected.values()].map(told).sort());
      for (const record of records) expect(told(recordAt(data, record.entityName, record.id))).toBe(told(record));
    }),
    { numRuns: 1_000 },
  );
});

test('[BL20] where a blob holds an id both alive and deleted, the one order decides, and it is one record', () => {
  for (const [deletedAt, isDeleted] of [
    [isoOf(1), false],
    [isoOf(2), true],
    [isoOf(3), true],
  ] as const) {
    const data = draft(JSON.stringify({ Task: { a: alive }, deleted: { Task: { a: deletedAt } } }));
    const { records } = read(data);
    expect(records.map((record) => record.isDeleted)).toEqual([isDeleted]);
    expect(told(recordAt(data, 'Task', 'a'))).toBe(told(records[0]));
  }
});

test.each<[string, unknown]>([
  ['null', null],
  ['an array', []],
  ['a text', 'x'],
  ['a number', 5],
  ['a header that is none', { $: 1 }],
  ['a format that is none', { $: {} }],
  ['a format of a half', { $: { format: 1.5 } }],
  ['format zero', { $: { format: 0 } }],
  ['a format below zero', { $: { format: -1 } }],
])('[BL21] %s in place of a blob is corrupt', (_what, raw) => {
  expect(() => checkKeyData('app.global', raw)).toThrow(expect.objectContaining({ code: 'corrupt' }));
});

test('[BL21] a blob whose header names a newer format asks for an upgrade', () => {
  expect(() => checkKeyData('app.global', { $: { format: 2 } })).toThrow(
    expect.objectContaining({ code: 'upgrade-needed', message: expect.stringContaining('app.global') }),
  );
});

test('[BL21] a blob without a header is one of the first format', () => {
  expect(checkKeyData('k', {})).toEqual({ $: { format: 1 } });
});

test('[BL21] what a persistence returns that is no plain JSON is corrupt, not an error of the engine', () => {
  const cycle: Record<string, unknown> = {};
  cycle['self'] = cycle;
  const deep = JSON.parse(`${'['.repeat(20_000)}${']'.repeat(20_000)}`) as unknown;
  for (const raw of [cycle, { a: 1n }, () => {}, Symbol('x'), deep]) {
    expect(() => copyJson(raw)).toThrow(expect.objectContaining({ code: 'corrupt' }));
  }
});
