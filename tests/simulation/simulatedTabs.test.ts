import { getEventListeners } from 'node:events';
import { expect, test } from 'vitest';
import { Lifetime } from '../../src/testing/simulation/Lifetime.ts';
import { SimulatedTabs } from '../../src/testing/simulation/SimulatedTabs.ts';
import { World } from '../../src/testing/simulation/World.ts';

test('[SI12] who waits for a lock leaves nothing behind, whether it is given to him or he gives up', async () => {
  const world = new World();
  const tabs = new SimulatedTabs();
  const [a, b] = [tabs.open(new Lifetime(world)), tabs.open(new Lifetime(world))];
  const leaving = new AbortController();
  for (let turn = 0; turn < 20; turn++) {
    const held = await a.tryLock('cloud');
    const waiting = b.lock('cloud', leaving.signal);
    held?.();
    (await waiting)();
  }
  expect(getEventListeners(leaving.signal, 'abort')).toEqual([]);
  const held = await a.tryLock('cloud');
  const waiting = b.lock('cloud', leaving.signal);
  leaving.abort();
  await expect(waiting).rejects.toThrow();
  held?.();
  expect(await a.tryLock('cloud')).not.toBe(null);
});
