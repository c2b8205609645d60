import fc from 'fast-check';
import { expect, test } from 'vitest';
import { encodeValue } from '../../src/blob/encodeValue.ts';
import { fromBytes, toBytes } from '../../src/blob/envelope.ts';
import { hashText } from '../../src/blob/hash.ts';
import { TierSyncError } from '../../src/errors.ts';
import { anyValue } from './support.ts';

const encoder = new TextEncoder();
const decoder = new TextDecoder();

const blobs: readonly object[] = [
  {},
  { $: { format: 1 }, Task: {} },
  {
    $: { format: 1 },
    Task: { 'global.1': { id: 'global.1', updatedAt: '2026-01-01T00:00:00.000Z', title: 'é🙂\u0000 "}" \\' } },
    deleted: { Task: { 'global.2': '2026-01-02T00:00:00.000Z' } },
  },
];

/** What reading these bytes leads to: a value, or the code of the error. */
function outcome(bytes: Uint8Array): string {
  try {
    return `a value: ${JSON.stringify(fromBytes('app.global', bytes))}`;
  } catch (error) {
    return error instanceof TierSyncError && error.message.startsWith('app.global') ? error.code : String(error);
  }
}

/** An envelope that is sound, whatever is in it. */
const sealed = (body: string, format: string | number = 1): Uint8Array => {
  const check = hashText(body).toString(16).padStart(13, '0');
  return encoder.encode(`{"check":"${check}","format":${format},"data":${body}}`);
};

test('[BL7] a blob comes back equal from its bytes', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), anyValue), (fields) => {
      const data = encodeValue(fields) as object;
      expect(fromBytes('k', toBytes(data))).toEqual(JSON.parse(JSON.stringify(data)));
    }),
    { numRuns: 1_000 },
  );
});

test('[BL7] the bytes of a blob are JSON and depend on its content alone', () => {
  const a = toBytes({ b: 1, a: { d: 2, c: 3 } });
  expect(decoder.decode(a)).toBe(decoder.decode(toBytes({ a: { c: 3, d: 2 }, b: 1 })));
  expect(JSON.parse(decoder.decode(a))).toEqual({
    check: expect.any(String),
    format: 1,
    data: { a: { c: 3, d: 2 }, b: 1 },
  });
});

test('[BL8] bytes cut short anywhere are corrupt', () => {
  for (const blob of blobs) {
    const bytes = toBytes(blob);
    for (let length = 0; length < bytes.length; length++) {
      expect(outcome(bytes.subarray(0, length)), `${length} of ${bytes.length}`).toBe('corrupt');
    }
  }
});

test('[BL9] bytes with one bit or one byte changed are never a value', () => {
  for (const blob of blobs) {
    const bytes = toBytes(blob);
    const format = decoder.decode(bytes).indexOf('"format":') + '"format":'.length;
    for (let at = 0; at < bytes.length; at++) {
      for (const flip of [1, 2, 4, 8, 16, 32, 64, 128, 255]) {
        const flipped = bytes.slice();
        flipped[at]! ^= flip;
        // One digit stands outside the check, because an older version could not know how a newer one checks.
        const isNewer = at === format && flipped[at]! >= 0x32 && flipped[at]! <= 0x39;
        expect(outcome(flipped), `bit ${flip} of byte ${at}`).toBe(isNewer ? 'upgrade-needed' : 'corrupt');
      }
    }
  }
});

test('[BL9] bytes added at the end, or bytes of two blobs in one, are corrupt', () => {
  for (const blob of blobs) {
    const bytes = toBytes(blob);
    for (const more of [Uint8Array.of(0), Uint8Array.of(10), encoder.encode('}'), bytes]) {
      expect(outcome(Uint8Array.from([...bytes, ...more]))).toBe('corrupt');
      expect(outcome(Uint8Array.from([...more, ...bytes]))).toBe('corrupt');
    }
  }
});

test('[BL10] a format that a newer version wrote asks for an upgrade, whatever follows', () => {
  for (const format of [2, 9, 10, 2 ** 53]) expect(outcome(sealed('{}', format))).toBe('upgrade-needed');
  expect(outcome(encoder.encode('{"check":"0000000000000","format":2,"data":?'))).toBe('upgrade-needed');
});

test('[BL10] a format that no version wrote is corrupt', () => {
  for (const format of ['0', '-1', '1.5', '01', 'null', '"1"', '']) {
    expect(outcome(sealed('{}', format)), format).toBe('corrupt');
  }
});

test.each<[string, Uint8Array]>([
  ['no bytes', new Uint8Array()],
  ['null', encoder.encode('null')],
  ['an array', encoder.encode('[]')],
  ['an object', encoder.encode('{}')],
  ['JSON of somebody else', encoder.encode('{"Task":{}}')],
  ['a blob without its envelope', encoder.encode('{"$":{"format":1},"Task":{}}')],
  ['a page of HTML', encoder.encode('<!doctype html><title>Sign in</title>')],
  ['a gzip file', Uint8Array.of(0x1f, 0x8b, 8, 0, 0, 0, 0, 0)],
  ['zeros', new Uint8Array(500)],
  ['UTF-16', Uint8Array.from([...'{"check":"'].flatMap((char) => [char.charCodeAt(0), 0]))],
  ['a sound check of what is no JSON', sealed('{"a":')],
  ['a sound check of nothing', sealed('')],
])('[BL11] %s is corrupt, never a value', (_what, bytes) => {
  expect(outcome(bytes)).toBe('corrupt');
});

test('[BL11] 10,000 random byte sequences, half of them with a sound beginning, are corrupt or of a newer format', () => {
  const start = toBytes({}).slice(0, 43);
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 64 }), fc.boolean(), (bytes, hasStart) =>
      ['corrupt', 'upgrade-needed'].includes(outcome(hasStart ? Uint8Array.from([...start, ...bytes]) : bytes)),
    ),
    { numRuns: 10_000 },
  );
});
