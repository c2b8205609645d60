import { expect, test } from 'vitest';
import { settle } from '../support/TestEnvironment.ts';
import { serverDevice } from './serverDevice.ts';
import { TestServer } from './TestServer.ts';

const actions = ['read', 'write', 'delete'] as const;

/** A device that syncs by itself and was refused two notes, one beside what others have written. */
async function refused() {
  const server = new TestServer({ everyone: [] });
  await server.permissions.grant('one', { userId: 'anna', collection: '*', actions });
  const a = await serverDevice(server);
  a.notes.save({ text: 'of anna', group: 'g' });
  await a.flush();
  const sync = { autoStart: true };
  const b = await serverDevice(server, { user: 'ben', sync, intervals: { localQuietMs: 1, cloudQuietMs: 300 } });
  b.notes.saveMany([
    { text: 'beside', group: 'g' },
    { text: 'apart', group: 'h' },
  ]);
  await b.advance(1_000);
  expect(b.rejected().length).toBe(2);
  return { server, a, b };
}

test('[SC14] what was refused is taken when it is sent again, at whatever moment of the run that a grant begins', async () => {
  for (let moment = 0; moment < 150; moment += 6) {
    const { server, a, b } = await refused();
    await server.permissions.grant('one', { userId: 'ben', collection: 'Note', actions });
    for (let turn = 0; turn < moment; turn++) await Promise.resolve();
    await Promise.all(b.rejected().map((one) => one.retry()));
    await b.data.flush('cloud');
    await a.pull();
    expect([moment, await a.texts(), b.rejected(), b.pending()]).toEqual([
      moment,
      ['apart', 'beside', 'of anna'],
      [],
      [],
    ]);
    await settle();
    expect(await b.texts()).toEqual(await a.texts());
  }
});
