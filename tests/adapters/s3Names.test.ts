import fc from 'fast-check';
import { expect, test } from 'vitest';
import { S3Names } from '../../src/adapters/s3Names.ts';
import { oddNames } from '../../src/testing/index.ts';

const names = new S3Names();
const anyName = fc.oneof(
  fc.string({ unit: 'binary', minLength: 1 }),
  fc.string({ unit: fc.constantFrom('/', '.', '!', '@', 'a', 'A', '-', '_', 'é', '\ud83d', '~', '+'), minLength: 1 }),
);

test('[AD100] S3 names: plain names are keys as they are, others are escaped', () => {
  const table: Record<string, string> = {
    'app/head': 'app/head',
    'app/index/12-V1StGXR8_Z5jdHi6B-myT': 'app/index/12-V1StGXR8_Z5jdHi6B-myT',
    'app/data/app.Task.2026@12-abc': 'app/data/app.Task.2026!!12-abc',
    '@@': '!!!!',
    'a//b/': 'a/!/b/!',
    '/': '!/!',
    '../x': '!AC4ALg!/x',
    '...': '...',
    '!': '!ACE!',
    'é@é': '!AOk!!!!AOk!',
    '\ud800': '!2AA!',
    'a b': 'a!ACA!b',
    $metadata: '!ACQ!metadata',
  };
  for (const [name, key] of Object.entries(table)) {
    expect(names.keyOf(name)).toBe(key);
    expect(names.nameOf(key)).toBe(name);
  }
});

test('[AD100] S3 names: each has a key of its own that no store or address treats specially', () => {
  const check = (name: string): void => {
    const key = names.keyOf(name);
    expect(key).toMatch(/^[A-Za-z0-9._/!-]+$/);
    expect(key.split('/').filter((segment) => ['', '.', '..'].includes(segment))).toEqual([]);
    expect(names.nameOf(key)).toBe(name);
  };
  for (const name of oddNames) check(name);
  fc.assert(fc.property(anyName, check), { numRuns: 2000 });
});

test('[AD100] S3 names: a key that no name has leads to none', () => {
  for (const key of ['', '/', 'a//b', 'a/', '.', 'a/../b', '!!!', '!A!', '!AOl!x', '!AGE!', '~scratch-1', 'a b', 'é']) {
    expect(names.nameOf(key)).toBeNull();
  }
  const anyKey = fc.string({ unit: fc.constantFrom('!', 'A', 'C', '4', '/', '.', '@', '~', '=') });
  fc.assert(
    fc.property(anyKey, (key) => {
      const name = names.nameOf(key);
      if (name !== null) expect(names.keyOf(name)).toBe(key);
    }),
    { numRuns: 2000 },
  );
});

test('[AD101] S3 names: the prefix of a name leads to a prefix of its key', () => {
  expect(names.prefixOf('')).toBe('');
  expect(names.prefixOf('app/data/')).toBe('app/data/');
  expect(names.prefixOf('app/data/app.Task@1')).toBe('app/data/app.Task!!1');
  const check = (name: string): void => {
    for (let length = 0; length <= name.length; length += 1) {
      const prefix = names.prefixOf(name.slice(0, length));
      expect([prefix, names.keyOf(name).startsWith(prefix)]).toEqual([prefix, true]);
    }
  };
  for (const name of oddNames) check(name);
  fc.assert(fc.property(anyName, check), { numRuns: 2000 });
});

test('[AD102] S3 names: a folder stands before every key, and is plain', () => {
  for (const folder of ['team/app', 'team/app/']) {
    const inside = new S3Names(folder);
    expect(inside.keyOf('a/@')).toBe('team/app/a/!!');
    expect(inside.prefixOf('')).toBe('team/app/');
    expect(inside.nameOf('team/app/a')).toBe('a');
    for (const key of ['a', 'team/app', 'team/app/', 'team/apple']) expect(inside.nameOf(key)).toBeNull();
  }
  for (const folder of ['/a', 'a//', 'a/../b', 'ä', 'a b', 'a!']) {
    expect(() => new S3Names(folder)).toThrow(TypeError);
  }
});

test('[AD103] S3 names: one that makes a key over 1,024 bytes is an invalid name', () => {
  const inside = new S3Names('app');
  expect(inside.keyOf('n'.repeat(1020))).toHaveLength(1024);
  const failure = { name: 'TierSyncError', code: 'invalid-name', message: expect.stringContaining('1025 bytes') };
  expect(() => inside.keyOf('n'.repeat(1021))).toThrow(expect.objectContaining(failure));
});
