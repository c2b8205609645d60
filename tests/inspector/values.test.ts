import type { AnyEntity, StoredRecord } from 'tiersync';
import { expect, test } from 'vitest';
import { fieldDifferences } from '../../src/inspector/values/fieldDifferences.ts';
import { rawLines } from '../../src/inspector/values/rawLines.ts';
import { recordRows, sharedVersions } from '../../src/inspector/values/recordRows.ts';
import { bytesText, durationText, hashText, many, skewText, timeText } from '../../src/inspector/values/texts.ts';
import { valueText } from '../../src/inspector/values/valueText.ts';

const entity = (fields: object, version = 1): AnyEntity => ({
  ...{ id: 'a', createdAt: new Date(0), updatedAt: new Date(version), version },
  ...fields,
});

test('[IN12] two versions differ field by field, also inside of fields, and it is said which of them was kept', () => {
  const base = entity({ title: 'old', size: { w: 1, h: 1 } });
  const local = entity({ title: 'mine', size: { w: 2, h: 1 }, gone: 1 }, 2);
  const remote = entity({ title: 'theirs', size: { w: 1, h: 1 } }, 3);
  const winner = entity({ title: 'theirs', size: { w: 2, h: 1 }, gone: 3 }, 4);
  expect(fieldDifferences({ base, local, remote, winner })).toEqual([
    { field: 'size.w', base: '1', local: '2', remote: '1', kept: 'local' },
    { field: 'title', base: 'old', local: 'mine', remote: 'theirs', kept: 'remote' },
    { field: 'gone', base: '—', local: '1', remote: '—', kept: null },
  ]);
});

test('[IN12] where one side deleted, it is all or nothing', () => {
  const local = entity({ title: 'mine' });
  expect(fieldDifferences({ base: undefined, local, remote: null, winner: local })).toEqual([
    { field: '', base: 'deleted', local: 'kept', remote: 'deleted', kept: 'local' },
  ]);
});

test('[IN12] every value has a text', () => {
  const values = [undefined, '', 'a', new Date(0), new Uint8Array(3), 12n, Number.NaN, null, [1n, { a: true }]];
  expect(values.map(valueText)).toEqual([
    ...['—', "''", 'a', '1970-01-01T00:00:00.000Z', '3 bytes', '12n', 'NaN', 'null', '["1n",{"a":true}]'],
  ]);
});

const record = (tier: string, more: Partial<StoredRecord> = {}): StoredRecord => ({
  ...{
    entityName: 'Note',
    id: 'a',
    value: null,
    isDeleted: false,
    time: '',
    stamp: 0,
    version: 1,
    text: tier,
    hash: 1,
  },
  ...more,
});

test('[IN13] a record is one row of all tiers, and says whether they hold the same', () => {
  const rows = recordRows({
    memory: [record('m'), record('m', { id: 'b', hash: 2 })],
    local: [record('l'), record('l', { id: 'b', hash: 3 }), record('l', { id: 'c' })],
    cloud: [record('c'), record('c', { id: 'b', hash: 3 })],
  });
  expect(rows.map(({ id, state }) => `${id} ${state}`)).toEqual(['a same', 'b apart', 'c alone']);
  expect(sharedVersions(rows[1]!.versions).map(({ tiers }) => tiers)).toEqual([['memory'], ['local', 'cloud']]);
  expect(rows[2]!.versions).toMatchObject({ memory: null, cloud: null });
  const [unlooked] = recordRows({ memory: undefined, local: [record('l')], cloud: undefined });
  expect(unlooked).toMatchObject({ state: 'same', versions: { memory: undefined, cloud: undefined } });
});

test('[IN13] a stored text is set on lines, and those of fields that differ are marked', () => {
  const lines = rawLines('{"a":1,"b":{"c":[2]},"d":"<b>"}', ['{"a":1,"b":{"c":[3]},"d":"<b>"}']);
  expect(lines.filter(({ isOther }) => isOther).map(({ text }) => text.trim())).toEqual([
    ...['"b": {', '"c": [', '2', ']', '},'],
  ]);
  expect(lines.map(({ text }) => text).join('\n')).toBe(JSON.stringify({ a: 1, b: { c: [2] }, d: '<b>' }, null, 2));
  expect(rawLines('2026-01-01')).toEqual([{ text: '2026-01-01', isOther: false }]);
  expect(rawLines('2026-01-01', ['{"a":1}'])).toEqual([{ text: '2026-01-01', isOther: true }]);
});

test('[IN14] counts, sizes and times are short, and read as people say them', () => {
  expect([0, 999, 1_234, 56_789, 123_456_789].map(bytesText)).toEqual(['0 B', '999 B', '1.23 kB', '56.8 kB', '123 MB']);
  expect([0.4, 12, 1_500, 65_000, 7_300_000].map(durationText)).toEqual(['0 ms', '12 ms', '1.5 s', '1 min', '2 h']);
  expect([-1_500, 20].map(skewText)).toEqual(['−1.5 s', '+20 ms']);
  expect([many(1, 'key'), many(1_000, 'entity', 'entities')]).toEqual(['1 key', '1,000 entities']);
  expect(hashText(255)).toBe('00000000000ff');
  expect(timeText(new Date(2026, 0, 2, 3, 4, 5).getTime())).toBe('03:04:05');
});
