import { connect } from 'node:net';
import { gzipSync } from 'node:zlib';
import { defaultServerLimits, type ServerLimits } from 'tiersync/server';
import { afterEach, expect, test, vi } from 'vitest';
import type { StoredRecord } from '../../../src/interfaces/StoredRecord.ts';
import type { ServerEvent } from '../../../src/protocol/messages.ts';
import type { WireChange } from '../../../src/protocol/wireChange.ts';
import { addressOf } from '../../../src/server/http/addressOf.ts';
import { FailedAttempts } from '../../../src/server/limits/FailedAttempts.ts';
import { serverLimits } from '../../../src/server/limits/ServerLimits.ts';
import { Tally } from '../../../src/server/limits/Tally.ts';
import { WriteLimiter } from '../../../src/server/limits/WriteLimiter.ts';
import { anna, bert, note, wire } from '../support.ts';
import { type Answered, NetStage, next } from './NetStage.ts';

let stage: NetStage;
let token: string;
afterEach(() => stage?.close());

const open = async (limits: Partial<ServerLimits>): Promise<void> => {
  stage = await NetStage.open({ everyone: ['read', 'write', 'delete'], limits });
  token = await stage.token();
};
const push = (changes: readonly unknown[]): Promise<Answered> =>
  stage.ask('v1/push', { token, body: { since: null, device: 'd', changes } });

/** A body of exactly so many bytes that asks for nothing wrong. */
const padded = (bytes: number): string => '{"cursor":null}'.padEnd(bytes, ' ');

const bytesOf = ({ text }: StoredRecord): number => Buffer.byteLength(text);

/** Under, at, and one over. */
const around = (limit: number): readonly [number, boolean][] => [
  [limit - 1, true],
  [limit, true],
  [limit + 1, false],
];

test('[LM1] a body is as large as it may be and no larger, told beforehand or not', async () => {
  await open({ bodyBytes: 1_000 });
  const url = await stage.listen();
  for (const [bytes, isTaken] of around(1_000)) {
    const body = padded(bytes);
    expect((await stage.ask('v1/pull', { token, body })).status, String(bytes)).toBe(isTaken ? 200 : 413);
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
    const sent = await fetch(`${url}/sync/v1/pull`, { method: 'POST', headers, body });
    expect(sent.status, String(bytes)).toBe(isTaken ? 200 : 413);
    const stream = new Blob([body]).stream();
    const init = { method: 'POST', headers, body: stream, duplex: 'half' } as RequestInit;
    expect((await fetch(`${url}/sync/v1/pull`, init)).status, String(bytes)).toBe(isTaken ? 200 : 413);
    const parsed = { cursor: null, pad: '' };
    const size = JSON.stringify(parsed).length;
    const context = { body: { ...parsed, pad: 'x'.repeat(bytes - size) } };
    const request = new Request('http://server.test/sync/v1/pull', { method: 'POST', headers });
    // It is looked at only once it is known to be small enough.
    expect((await stage.server.handler(request, context)).status).toBe(isTaken ? 400 : 413);
  }
});

test('[LM2] a packed body is unpacked up to its bounds and no further', async () => {
  await open({ bodyBytes: 1_000, unpackedBytes: 5_000, unpackedTimes: 10_000 });
  const ask = async (bytes: number): Promise<number> => {
    const request = new Request('http://server.test/sync/v1/pull', {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', 'content-encoding': 'gzip' },
      body: gzipSync(padded(bytes)),
    });
    return (await stage.server.handler(request)).status;
  };
  for (const [bytes, isTaken] of around(5_000)) expect(await ask(bytes)).toBe(isTaken ? 200 : 413);
  await stage.close();
  await open({ unpackedTimes: 2 });
  expect(await ask(16)).toBe(200);
  expect(await ask(10_000)).toBe(413);
});

test('[LM3] a record that is too large is refused by itself while the others are taken', async () => {
  const bytesOf = (title: string): number => JSON.stringify(note('a', 0, { title }).value).length;
  await open({ recordBytes: 500, fieldNameBytes: 10 });
  const empty = bytesOf('');
  for (const [bytes, isTaken] of around(500)) {
    const large = wire(note(`a${bytes}`, 0, { title: 'x'.repeat(bytes - empty - String(bytes).length) }));
    const { results } = (await push([large, wire(note(`b${bytes}`, 0))])).json;
    expect(results[0]).toEqual(isTaken ? 'applied' : { rejected: { code: 'too-large', reason: expect.any(String) } });
    expect(results[1]).toBe('applied');
  }
  for (const [bytes, isTaken] of around(10)) {
    const { results } = (await push([wire(note(`c${bytes}`, 0, { ['f'.repeat(bytes)]: 1 }))])).json;
    expect(results[0] === 'applied').toBe(isTaken);
  }
  const inner = { rejected: { code: 'invalid-entity' } };
  expect((await push([wire(note('d', 0, { list: [{ ['é'.repeat(6)]: 1 }] }))])).json.results).toMatchObject([inner]);
  const deep = JSON.parse(`${'['.repeat(60)}${']'.repeat(60)}`);
  expect((await push([wire(note('e', 0, { deep }))])).json.results).toMatchObject([inner]);
});

test('[LM4] a batch, a page and the collections of a socket have their bounds', async () => {
  await open({ batch: 3, page: 4, subscriptions: 2 });
  const url = await stage.listen();
  const socket = await stage.connected(url, token);
  const list = (length: number): number[] => Array.from({ length }, (_, i) => i);
  for (const [count, isTaken] of around(3)) {
    expect((await push(list(count).map((i) => wire(note(`n${i}`, 0))))).status).toBe(isTaken ? 200 : 413);
  }
  for (const [limit, isTaken] of around(4)) {
    const answer = await stage.ask('v1/pull', { token, body: { cursor: null, limit } });
    expect(answer.status).toBe(isTaken ? 200 : 400);
  }
  for (const [count, isTaken] of around(2)) {
    const collections = list(count).map((i) => `Name${i}`);
    const answer = await socket.emitWithAck('subscribe', { device: 'd', cursor: null, collections });
    expect(answer.error?.code).toBe(isTaken ? undefined : 'bad-request');
  }
});

test('[LM5] a message on a socket has its bound, and one over it closes that socket only', async () => {
  await open({ frameBytes: 1_000 });
  const url = await stage.listen();
  const other = await stage.connected(url, token);
  // A frame is the packet type, the number of the answer, and the text.
  const request = (bytes: number): object => {
    const text = (device: string): string => `421${JSON.stringify(['subscribe', { device, cursor: 5 }])}`;
    return { device: 'd'.repeat(bytes - text('').length), cursor: 5 };
  };
  for (const [bytes, isTaken] of around(1_000)) {
    const socket = await stage.connected(url, token);
    // The first question of a socket has the number 0.
    const gone = next(socket, 'disconnect').then(() => 'gone');
    const answer = socket.emitWithAck('subscribe', request(bytes)).then(({ error }) => error.code);
    answer.catch(() => {});
    expect(await Promise.race([answer, gone]), String(bytes)).toBe(isTaken ? 'bad-request' : 'gone');
  }
  expect((await other.emitWithAck('pull', { cursor: null })).cursor.seq).toBe(0);
});

test('[LM6] a user has so many sockets and no more, and each that closes makes room', async () => {
  await open({ socketsPerUser: 2 });
  const url = await stage.listen();
  const first = await stage.connected(url, token);
  await stage.connected(url, token);
  await expect(stage.connected(url, token)).rejects.toMatchObject({ data: { code: 'rate-limited' } });
  const other = await stage.connected(url, await stage.token({ sub: 'bert' }));
  expect(other.connected).toBe(true);
  first.disconnect();
  await vi.waitFor(() => expect(stage.server.sockets.count).toBe(2));
  expect((await stage.connected(url, token)).connected).toBe(true);
});

test('[LM7] an address has so many connections and no more, whether they sign in or not', async () => {
  await open({ socketsPerAddress: 2 });
  const url = await stage.listen();
  const first = await stage.connected(url, token);
  await stage.connected(url, await stage.token({ sub: 'bert' }));
  await expect(stage.connected(url, token)).rejects.toThrow();
  first.disconnect();
  await vi.waitFor(() => expect(stage.server.sockets.count).toBe(1));
  expect((await stage.connected(url, token)).connected).toBe(true);
});

test('[LM8] writes come at their rate after a burst, by whatever door, and who is early is told when', async () => {
  await open({ writesPerSecond: 2, writesAtOnce: 3 });
  const url = await stage.listen();
  const socket = await stage.connected(url, token);
  const put = (): Promise<Answered> =>
    stage.ask('v1/collections/Note/documents/a', { token, method: 'PUT', body: { at: stage.environment.now() } });
  expect((await push([])).status).toBe(200);
  expect((await put()).status).toBe(201);
  expect((await socket.emitWithAck('push', { since: null, device: 'd', changes: [] })).results).toEqual([]);
  const refused = await push([]);
  expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '1']);
  expect(refused.json.error).toMatchObject({ code: 'rate-limited', retryAfterMs: 500 });
  expect((await put()).status).toBe(429);
  const bySocket = await socket.emitWithAck('push', { since: null, device: 'd', changes: [] });
  expect(bySocket.error.code).toBe('rate-limited');
  const reading = await stage.ask('v1/pull', { token, body: { cursor: null } });
  expect(reading.status).toBe(200);
  const others = await stage.ask('v1/push', {
    token: await stage.token({ sub: 'bert' }),
    body: { since: null, device: 'd', changes: [] },
  });
  expect(others.status).toBe(200);
  await stage.environment.advance(499);
  expect((await push([])).status).toBe(429);
  await stage.environment.advance(1);
  expect((await push([])).status).toBe(200);
});

test('[LM8] only refusals without a pause count as a flood', () => {
  let now = 0;
  const limiter = new WriteLimiter({ writesPerSecond: 1, writesAtOnce: 1, overMs: 3_000 }, () => now);
  const refuseUntil = (end: number): void => {
    for (; now < end; now += 100) {
      try {
        limiter.take(anna);
      } catch {
        // As expected.
      }
    }
  };
  refuseUntil(3_000);
  expect(limiter.isFlooding(anna)).toBe(false);
  refuseUntil(3_400);
  expect([limiter.isFlooding(anna), limiter.isFlooding(bert)]).toEqual([true, false]);
  now += 1_200;
  expect(limiter.isFlooding(anna)).toBe(false);
  refuseUntil(now + 2_900);
  expect(limiter.isFlooding(anna)).toBe(false);
});

test('[LM9] an address that fails to sign in too often is not listened to for the rest of the minute', async () => {
  await open({ failuresPerMinute: 3 });
  const url = await stage.listen();
  const ask = async (by: string | undefined, address: string): Promise<number> =>
    (await stage.ask('v1/pull', { token: by, body: { cursor: null }, address })).status;
  for (let i = 0; i < 2; i += 1) expect(await ask('bad', '10.0.0.1')).toBe(401);
  expect(await ask(token, '10.0.0.1')).toBe(200);
  expect(await ask('bad', '10.0.0.1')).toBe(401);
  expect(await ask(token, '10.0.0.1')).toBe(429);
  expect(await ask(token, '10.0.0.2')).toBe(200);
  for (let i = 0; i < 3; i += 1) {
    await expect(stage.connected(url, 'bad')).rejects.toMatchObject({ data: { code: 'unauthorized' } });
  }
  await expect(stage.connected(url, token)).rejects.toThrow();
  await stage.environment.advance(60_000);
  expect(await ask(token, '10.0.0.1')).toBe(200);
  expect((await stage.connected(url, token)).connected).toBe(true);
});

test('[LM9] attempts are forgotten rather than kept for ever', () => {
  let now = 0;
  const attempts = new FailedAttempts(1, () => now);
  for (let i = 0; i < 30_000; i += 1) attempts.count(`a${i}`);
  expect(() => attempts.check('a29999')).toThrow(/too many attempts/);
  expect(() => attempts.check('a0')).not.toThrow();
  now = 60_000;
  expect(() => attempts.check('a29999')).not.toThrow();
  expect(() => attempts.check(null)).not.toThrow();
});

test('[LM10] behind proxies an address is the one that the outermost of ours has heard, and no other', () => {
  expect(addressOf('10.0.0.9', '1.1.1.1, 2.2.2.2', 0)).toBe('10.0.0.9');
  expect(addressOf('10.0.0.9', 'forged, 2.2.2.2', 1)).toBe('2.2.2.2');
  expect(addressOf('10.0.0.9', ['forged, 2.2.2.2', '3.3.3.3'], 2)).toBe('2.2.2.2');
  expect(addressOf('10.0.0.9', undefined, 1)).toBe('10.0.0.9');
  expect(addressOf(undefined, undefined, 0)).toBe(null);
});

test('[LM11] what nobody sets is bounded too', () => {
  expect(defaultServerLimits).toMatchObject({
    bodyBytes: 1_114_112,
    frameBytes: 262_144,
    recordBytes: 1_048_576,
    fieldNameBytes: 128,
    batch: 500,
    batchBytes: 4_194_304,
    page: 500,
    pageBytes: 4_194_304,
    subscriptions: 100,
    socketsPerUser: 20,
    socketsPerAddress: 200,
    writesPerSecond: 50,
    writesAtOnce: 200,
    overMs: 10_000,
    failuresPerMinute: 20,
    outboundBytes: 1_048_576,
    connectMs: 5_000,
    headersMs: 10_000,
    requestMs: 200_000,
    checkMs: 1_000,
    keepAliveMs: 5_000,
    unpackedBytes: 67_108_864,
    unpackedTimes: 50,
  });
});

test('[LM11] a limit that is set takes the place of its default, and wrong ones are refused by name', () => {
  expect(serverLimits({ page: 3, batch: undefined as never })).toEqual({ ...defaultServerLimits, page: 3 });
  expect(() => serverLimits({ pages: 3 } as never)).toThrow(/limits.pages: there are bodyBytes/);
  for (const page of [0, -1, Number.NaN, Number.POSITIVE_INFINITY, '5']) {
    expect(() => serverLimits({ page: page as number })).toThrow(/limits.page must be a number from 1/);
  }
});

test('[LM12] a tally gives places back once, and remembers nobody who has none', () => {
  const tally = new Tally();
  const release = tally.take('a', 1)!;
  expect([tally.take('a', 1), tally.of('a'), tally.size]).toEqual([null, 1, 1]);
  release();
  release();
  expect([tally.of('a'), tally.size]).toEqual([0, 0]);
});

test('[LM14] a push, an answer and what a socket is told have their bounds in bytes', async () => {
  const noteOf = (id: string): WireChange => wire(note(id, 0, { title: 'é'.repeat(100) }));
  const bytes = bytesOf(note('n0', 0, { title: 'é'.repeat(100) }));
  const ids = (of: string): string[] => [`${of}0`, `${of}1`, `${of}2`];
  for (const [more, isIn] of around(0)) {
    // What three records take is a byte less than the limit, just the limit, or a byte more.
    const limit = 3 * bytes - more;
    await open({ batchBytes: limit, pageBytes: limit, frameBytes: Math.max(limit, 1_000) });
    expect((await push(ids('n').map(noteOf))).status).toBe(isIn ? 200 : 413);
    for (const id of ids('m')) await push([noteOf(id)]);
    const { lineage, view, seq } = (await stage.ask('v1/pull', { token, body: { cursor: null } })).json.cursor;
    const cursor = { lineage, view, seq: seq - 3 };
    const page = (await stage.ask('v1/pull', { token, body: { cursor } })).json;
    expect([page.changes.length, page.hasMore]).toEqual(isIn ? [3, false] : [2, true]);
    await stage.close();
  }
});

test('[LM14] what is too much for one message of a socket is asked for, and what comes after it is told', async () => {
  const text = (bytes: number): string => 'x'.repeat(bytes - bytesOf(note('n', 0, { text: '' })));
  for (const [bytes, isTold] of around(1_000)) {
    await open({ frameBytes: 1_000 });
    const socket = await stage.connected(await stage.listen(), token);
    await socket.emitWithAck('subscribe', { device: 'own', cursor: null });
    const event = next<ServerEvent>(socket, 'tiersync');
    await push([wire(note('n', 0, { text: text(bytes) }))]);
    expect((await event).type).toBe(isTold ? 'changes' : 'poke');
    const { cursor } = await socket.emitWithAck('pull', { cursor: null });
    await socket.emitWithAck('subscribe', { device: 'own', cursor });
    const later = next<ServerEvent>(socket, 'tiersync');
    await push([wire(note('m', 0))]);
    expect(await later).toMatchObject({ type: 'changes', after: 1 });
    await stage.close();
  }
});

test('[LM13] a server that listens by itself does not wait for headers and requests as long as Node would', async () => {
  const isGone = async (limits: Partial<ServerLimits>, sent: string): Promise<void> => {
    await open({ checkMs: 20, ...limits });
    const { port, url } = await stage.server.listen({ host: '127.0.0.1' });
    const dribbling = connect(port, '127.0.0.1');
    dribbling.write(sent);
    dribbling.resume();
    await new Promise((resolve) => dribbling.once('close', resolve));
    expect((await fetch(`${url}/v1/health`)).status).toBe(200);
    await stage.close();
  };
  const head = 'POST /sync/v1/pull HTTP/1.1\r\nHost: server.test\r\nContent-Length: 100';
  await isGone({ headersMs: 60 }, head);
  await isGone({ requestMs: 60, headersMs: 60 }, `${head}\r\n\r\n{`);
  await isGone({ keepAliveMs: 60 }, 'GET /sync/v1/health HTTP/1.1\r\nHost: server.test\r\n\r\n');
});
