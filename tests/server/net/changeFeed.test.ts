import type { Principal, SyncOperations } from 'tiersync/server';
import { expect, test } from 'vitest';
import type { PullAnswer, PullRequest, WireCursor } from '../../../src/protocol/messages.ts';
import { ChangeFeed, type FeedOutlet } from '../../../src/server/sockets/ChangeFeed.ts';
import { note, wire } from '../support.ts';

const anna: Principal = { tenant: 'acme', userId: 'anna', groups: [] };
const at = (seq: number, view = 'v1'): WireCursor => ({ lineage: 'l', view, seq });

/** A history that a test writes by hand: who committed, one note each. */
class FakeHistory {
  readonly devices: string[] = [];
  view = 'v1';
  asked = 0;
  /** Called while a question is being answered. */
  during: () => void = () => {};

  /** What the contents of an answer take. */
  bytes = 1;

  readonly service = { hear: (_: Principal, request: PullRequest) => this.#hear(request) } as unknown as SyncOperations;

  async #hear({ cursor, limit = 100 }: PullRequest): ReturnType<SyncOperations['hear']> {
    this.asked += 1;
    const head = at(this.devices.length, this.view);
    const rest = { horizon: { seq: 0, stamp: 0 }, now: 0 };
    const reach: PullAnswer['reach'] = cursor === null ? 'first' : cursor.view === this.view ? 'since' : 'behind';
    if (cursor === null || reach !== 'since') {
      return { answer: { cursor: head, reach, changes: [], hasMore: false, ...rest }, device: null, bytes: 0 };
    }
    const devices = this.devices.slice(cursor.seq, cursor.seq + limit);
    const seq = cursor.seq + devices.length;
    const changes = devices.map((_, i) => wire(note(`n${cursor.seq + i + 1}`, 0)));
    const answer = { cursor: at(seq), reach, changes, hasMore: seq < head.seq, ...rest };
    await Promise.resolve();
    this.during();
    return { answer, device: new Set(devices).size === 1 ? devices[0]! : null, bytes: this.bytes };
  }
}

function stage(history = new FakeHistory()) {
  const heard: string[] = [];
  const room = { isThere: true };
  const outlet: FeedOutlet = {
    hasRoom: () => room.isThere,
    changes: ({ after, cursor, changes }) => heard.push(`${after}-${cursor.seq}:${changes.length}`),
    poke: () => heard.push('poke'),
  };
  const feed = new ChangeFeed(history.service, anna, outlet, 100);
  return { history, heard, room, feed };
}

test('[SO3] what is told joins on without a gap, and own commits are left out while the place moves on', async () => {
  const { history, heard, feed } = stage();
  history.devices.push('phone');
  expect((await feed.subscribe({ device: 'own', cursor: null })).cursor.seq).toBe(1);
  history.devices.push('phone');
  await feed.nudge();
  history.devices.push('own');
  await feed.nudge();
  history.devices.push('phone');
  await feed.nudge();
  await feed.nudge();
  expect(heard).toEqual(['1-2:1', '2-4:1']);
});

test('[SO3] a socket that comes back is told everything since its cursor, in pieces', async () => {
  const { history, heard, feed } = stage();
  for (let i = 0; i < 250; i += 1) history.devices.push('phone');
  await feed.subscribe({ device: 'own', cursor: at(10) });
  await feed.nudge();
  expect(heard).toEqual(['10-110:100', '110-210:100', '210-250:40']);
});

test('[SO4] what cannot be told in order is a poke, and then silence until the socket subscribes again', async () => {
  const { history, heard, feed } = stage();
  await feed.subscribe({ device: 'own', cursor: null });
  history.view = 'v2';
  history.devices.push('phone');
  await feed.nudge();
  await feed.nudge();
  expect(heard).toEqual(['poke']);
  await feed.subscribe({ device: 'own', cursor: at(0, 'v2') });
  history.view = 'v1';
  await feed.nudge();
  expect(heard).toEqual(['poke', 'poke']);
});

test('[SO4] a commit that is too large for one message is a poke, unless it is one’s own', async () => {
  const { history, heard, feed } = stage();
  await feed.subscribe({ device: 'own', cursor: null });
  history.devices.push('phone');
  history.bytes = 100;
  await feed.nudge();
  history.devices.push('own');
  history.bytes = 101;
  await feed.nudge();
  expect(heard).toEqual(['0-1:1']);
  history.devices.push('phone');
  await feed.nudge();
  history.bytes = 1;
  history.devices.push('phone');
  await feed.nudge();
  expect(heard).toEqual(['0-1:1', 'poke']);
  await feed.subscribe({ device: 'own', cursor: at(3) });
  await feed.nudge();
  expect(heard).toEqual(['0-1:1', 'poke', '3-4:1']);
});

test('[SO12] nothing is read for a socket that has no room, and all of it once it has', async () => {
  const { history, heard, feed, room } = stage();
  await feed.subscribe({ device: 'own', cursor: null });
  room.isThere = false;
  history.devices.push('phone', 'phone');
  await feed.nudge();
  const asked = history.asked;
  await feed.resume();
  expect([history.asked, heard]).toEqual([asked, []]);
  room.isThere = true;
  await feed.resume();
  expect(heard).toEqual(['0-2:2']);
  await feed.resume();
  expect(history.asked).toBe(asked + 1);
});

test('[SO3] what a subscription asked for is not told to the one that took its place', async () => {
  const { history, heard, feed } = stage();
  await feed.subscribe({ device: 'own', cursor: null });
  history.devices.push('phone');
  let again: Promise<unknown> = Promise.resolve();
  history.during = () => {
    history.during = () => {};
    again = feed.subscribe({ device: 'phone', cursor: at(0) });
  };
  await feed.nudge();
  await again;
  await feed.nudge();
  expect(heard).toEqual([]);
});

test('[SO3] commits that come while one is read are told after it, and a closed feed tells nothing', async () => {
  const { history, heard, feed } = stage();
  await feed.subscribe({ device: 'own', cursor: null });
  history.devices.push('phone');
  history.during = () => {
    history.during = () => {};
    history.devices.push('phone');
    void feed.nudge();
  };
  await feed.nudge();
  expect(heard).toEqual(['0-1:1', '1-2:1']);
  feed.close();
  history.devices.push('phone');
  await feed.nudge();
  expect(heard).toHaveLength(2);
});
