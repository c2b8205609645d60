import type { Socket as NetSocket } from 'node:net';
import type { Socket } from 'socket.io-client';
import type { Permission } from 'tiersync/server';
import { afterEach, expect, test } from 'vitest';
import { SocketCounts } from '../../../bench/load/SocketCounts.mjs';
import type { PullAnswer, ServerEvent } from '../../../src/protocol/messages.ts';
import { idOf, note, wire } from '../support.ts';
import { NetStage, next } from './NetStage.ts';

const all: Permission['actions'] = ['read', 'write', 'delete'];
const mb = 2 ** 20;
let stage: NetStage;
afterEach(() => stage?.close());

async function listening(): Promise<{ readonly url: string; readonly counts: SocketCounts }> {
  const { value: url, counts } = await SocketCounts.while(async () => {
    stage = await NetStage.open({ everyone: all });
    return stage.listen();
  });
  return { url, counts };
}

async function subscribed(url: string, device: string): Promise<Socket> {
  const socket = await stage.connected(url, await stage.token());
  expect(await socket.emitWithAck('subscribe', { device, cursor: null })).toMatchObject({ cursor: {} });
  return socket;
}

const push = async (id: string, text: string): Promise<void> => {
  const body = { since: null, device: 'writer', changes: [wire(note(id, 0, { text }))] };
  expect((await stage.ask('v1/push', { token: await stage.token(), body })).json.results).toEqual(['applied']);
};

/** Below the library, as a device does whose process hangs. */
const stopReading = (socket: Socket): (() => void) => {
  const { transport } = socket.io.engine as unknown as { transport: { ws: { _socket: NetSocket } } };
  transport.ws._socket.pause();
  return () => void transport.ws._socket.resume();
};

test('[LD5] a megabyte waits for a socket that reads nothing, and no more; then it is closed, and the others hear all', async () => {
  const { url, counts } = await listening();
  stopReading(await subscribed(url, 'slow'));
  const reader = await subscribed(url, 'quick');
  const heard: string[] = [];
  reader.on('tiersync', (event: Extract<ServerEvent, { type: 'changes' }>) => heard.push(...event.changes.map(idOf)));
  const text = 'x'.repeat(mb / 5);
  const written: string[] = [];
  const write = async (): Promise<void> => {
    const told = next(reader, 'tiersync');
    written.push(`n${written.length}`);
    await push(written.at(-1) as string, text);
    await told;
  };
  // What the system itself keeps for a connection is full first.
  while (counts.outbound() <= mb) await write();
  for (let n = 0; n < 10; n++) {
    await write();
    expect(counts.outbound()).toBeLessThan(mb + 2 * text.length);
  }
  expect(stage.server.sockets.count).toBe(2);
  await stage.environment.advance(6_000);
  expect(stage.server.sockets.count).toBe(1);
  expect(heard).toEqual(written);
});

test('[SO19] who does not read what it asked for is given no more of it, and everything once it reads', async () => {
  const { url, counts } = await listening();
  const text = 'x'.repeat(900_000);
  for (let n = 0; n < 4; n++) await push(`n${n}`, text);
  const socket = await stage.connected(url, await stage.token());
  const { cursor } = await socket.emitWithAck('pull', { cursor: null });
  const resume = stopReading(socket);
  let asked = 0;
  const answers: Promise<PullAnswer>[] = [];
  const ask = (): void => {
    asked += 1;
    answers.push(socket.emitWithAck('pull', { cursor: { ...cursor, seq: 0 } }));
  };
  // What the system itself keeps for a connection is full first.
  while (counts.outbound() <= mb && asked < 16) {
    ask();
    await stage.ask('v1/pull', { token: await stage.token(), body: { cursor: null } });
  }
  while (asked < 16) ask();
  for (let n = 0; n < 20; n++) {
    await stage.ask('v1/pull', { token: await stage.token(), body: { cursor: null } });
    expect(counts.outbound()).toBeLessThan(mb + 4 * mb);
  }
  resume();
  for (const answer of await Promise.all(answers)) expect(answer.changes).toHaveLength(4);
});

test('[LD6] once all sockets have gone, timers, listeners and rooms are as many as before the first came', async () => {
  const { url, counts } = await listening();
  const held = () => ({ ...counts.read(), timers: stage.environment.timers, sessions: stage.server.sockets.count });
  const before = held();
  const sockets = await Promise.all(Array.from({ length: 20 }, (_, n) => subscribed(url, `d${n}`)));
  const told = sockets.map((socket) => next(socket, 'tiersync'));
  await push('a', 'to all of them');
  await Promise.all(told);
  const during = held();
  expect([during.connections, during.rooms, during.sessions]).toEqual([20, 20, 20]);
  expect(during.timers).toBeGreaterThan(before.timers);
  for (const socket of sockets) socket.disconnect();
  await expect.poll(() => stage.server.sockets.count, { timeout: 20_000 }).toBe(0);
  await stage.environment.advance(1_000);
  expect(held()).toEqual(before);
});
