import { MemorySyncStore, type Permission, type Principal, type SyncStore } from 'tiersync/server';
import { expect, test } from 'vitest';
import type { WireChange } from '../../../src/protocol/wireChange.ts';
import { SharedHearing } from '../../../src/server/hearing/SharedHearing.ts';
import { ChangeFeed, type FeedOutlet } from '../../../src/server/sockets/ChangeFeed.ts';
import { randomFrom } from '../../support/randomFrom.ts';
import { anna, bert, gone, idOf, note, ServiceStage } from '../support.ts';

/** Some commits come as if they were of another process: only a hint. */
class HintingStore extends MemorySyncStore {
  isHint: () => boolean = () => false;
  override onChange: SyncStore['onChange'] = (listener) =>
    super.onChange((tenant, commit) => (this.isHint() ? listener(tenant) : listener(tenant, commit)));
}

const rightOfBert = (more: Partial<Permission> = {}): Permission => ({
  userId: 'bert',
  collection: 'Note',
  actions: ['read'],
  ...more,
});

class Stage {
  readonly store = new HintingStore();
  readonly own: ServiceStage = new ServiceStage({
    store: this.store,
    lines: [{ userId: 'anna', collection: '*', actions: ['admin'] }],
  });
  readonly hearing: SharedHearing;
  /** How often the database was asked for what somebody is to hear. */
  lookedUp = 0;

  constructor() {
    const { store, permissions, service } = this.own;
    const hear = service.hear.bind(service);
    service.hear = (principal, request, most) => {
      if (request.cursor !== null) this.lookedUp += 1;
      return hear(principal, request, most);
    };
    this.hearing = new SharedHearing({ store, permissions, service, now: () => this.own.environment.now() });
  }

  /** A socket, but for the socket. */
  async listener(principal: Principal, collections: readonly string[] = []) {
    const heard: WireChange[] = [];
    let nudges = 0;
    let pokes = 0;
    const outlet: FeedOutlet = {
      hasRoom: () => true,
      poke: () => void (pokes += 1),
      changes: ({ changes }) => void heard.push(...changes),
    };
    const feed = new ChangeFeed(this.hearing, principal, outlet, 256 * 1024);
    const request = { device: `${principal.userId} ${collections}`, cursor: null, collections };
    await feed.subscribe(request);
    const leave = await this.hearing.join(principal, collections, {
      nudge: (quiet) => {
        nudges += 1;
        void feed.nudge(quiet);
      },
    });
    await feed.nudge();
    return {
      heard,
      leave,
      get nudges() {
        return nudges;
      },
      get pokes() {
        return pokes;
      },
    };
  }

  async push(name: string, ...ids: string[]): Promise<void> {
    await this.own.push(
      anna,
      ids.map((id) => note(id, 0, {}, 1, name)),
    );
    await settled();
  }
}

/** All that was begun has come to its end: nothing here waits for anything but promises. */
const settled = (): Promise<unknown> => new Promise((resolve) => setImmediate(resolve));

test('[SO18] whom a commit does not concern is not asked, be it of this process or of another', async () => {
  const stage = new Stage();
  await stage.own.grant(rightOfBert());
  const notes = await stage.listener(anna, ['Note']);
  const tasks = await stage.listener(anna, ['Task']);
  const permitted = await stage.listener(bert);
  for (const isHint of [false, true]) {
    stage.store.isHint = () => isHint;
    await stage.push('Note', `a${isHint}`);
    await stage.push('Task', `b${isHint}`, `c${isHint}`);
  }
  expect([notes.nudges, tasks.nudges, permitted.nudges]).toEqual([2, 2, 2]);
  expect(notes.heard.map(idOf)).toEqual(['afalse', 'atrue']);
  expect(tasks.heard.map(idOf)).toEqual(['bfalse', 'cfalse', 'btrue', 'ctrue']);
  expect(permitted.heard.map(idOf)).toEqual(['afalse', 'atrue']);
  notes.leave();
  await stage.push('Note', 'd');
  expect([notes.nudges, permitted.nudges]).toEqual([2, 3]);
});

test('[SO18] who had nothing to hear for long need not look for where it was', async () => {
  const stage = new Stage();
  const notes = await stage.listener(anna, ['Note']);
  await stage.push('Note', 'first');
  for (let n = 0; n < 4; n++) await stage.push('Task', ...Array.from({ length: 400 }, (_, i) => `t${n}-${i}`));
  await stage.push('Note', 'second');
  expect(notes.heard.map(idOf)).toEqual(['first', 'second']);
  expect(stage.lookedUp).toBe(0);
});

test('[SO18] everybody is asked where more has changed than rows', async () => {
  const stage = new Stage();
  await stage.own.grant(rightOfBert());
  const permitted = await stage.listener(bert);
  const notes = await stage.listener(anna, ['Note']);
  await stage.own.grant(rightOfBert({ collection: 'Task' }));
  await settled();
  expect([permitted.pokes, notes.pokes]).toEqual([1, 0]);
  await stage.push('Note', 'a');
  expect(notes.heard.map(idOf)).toEqual(['a']);
  await stage.store.write('acme', (writer) => writer.setLineage('another'));
  await settled();
  expect(notes.pokes).toBe(1);
});

test('[SO18] of any commits everybody hears what it may, each version that is left once and in order', async () => {
  const stage = new Stage();
  const random = randomFrom(5);
  stage.store.isHint = () => random() < 0.4;
  await stage.own.grant(rightOfBert());
  await stage.own.grant(rightOfBert({ collection: 'Task', itemId: 'n3' }));
  const listeners = await Promise.all(
    [anna, bert].flatMap((who) =>
      [[], ['Note'], ['Task'], ['Note', 'Task']].map(async (collections) => ({
        who,
        collections,
        ...(await stage.listener(who, collections)),
      })),
    ),
  );
  for (let step = 1; step <= 300; step++) {
    const name = random() < 0.8 ? 'Task' : 'Note';
    const id = `n${Math.floor(random() * 6)}`;
    await stage.own.push(anna, [random() < 0.2 ? gone(id, step, name) : note(id, step, {}, step, name)]);
    if (random() < 0.5) await settled();
  }
  await settled();
  for (const { who, collections, heard } of listeners) {
    const { changes } = await stage.own.service.pull(who, {
      cursor: { ...(await stage.own.cursor(who)), seq: 0 },
      collections,
    });
    const last = new Map(heard.map((change) => [`${change.name} ${idOf(change)}`, change]));
    expect([...last.values()].sort(byPlace), `${who.userId} ${collections}`).toEqual([...changes].sort(byPlace));
    const stamps = heard.map((change) => ('entity' in change ? change.entity.updatedAt : change.deletedAt));
    expect(stamps).toEqual([...new Set(stamps)].sort());
  }
});

const byPlace = (a: WireChange, b: WireChange): number => `${a.name} ${idOf(a)}`.localeCompare(`${b.name} ${idOf(b)}`);
