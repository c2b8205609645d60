import { MemoryStore } from 'tiersync';
import { expect, test } from 'vitest';
import { engineOf, fetchedServer } from '../client/fetchedServer.ts';

/** The longest text that a device takes: it says by how much another one is too long. */
function longest(save: (text: string) => void): string {
  const most = 1_048_576;
  try {
    save('x'.repeat(most));
  } catch (error) {
    const taken = Number(/it takes (\d+) bytes/.exec((error as Error).message)?.[1]);
    return 'x'.repeat(most - (taken - most));
  }
  throw new Error('there is no bound');
}

test('[SV18] the largest record that a device takes is taken by a server whose limits nobody has set', async () => {
  const server = await fetchedServer();
  const a = await engineOf(server, {}, { local: new MemoryStore() });
  const text = longest((each) => a.notes.save({ id: 'g.1', text: each }));
  a.notes.save({ id: 'g.1', text });
  expect(() => a.notes.save({ id: 'g.1', text: `${text}x` })).toThrow(/it takes 1048577 bytes/);
  await a.sync.push();
  expect(a.notes.syncState('g.1')).toBe('synced');
  const b = await engineOf(server);
  await b.sync.pull();
  expect((await b.notes.get('g.1'))?.text).toBe(text);
});
