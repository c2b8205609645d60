import type { BackendChange } from 'tiersync/client';
import { expect, test } from 'vitest';
import { randomFrom } from '../support/randomFrom.ts';
import { device } from './support.ts';
import { type Loss, TableBackend } from './TableBackend.ts';

const losses: readonly (Loss | null)[] = ['request', 'reply', null, null];

/** What the backend holds, as an app would show it. */
const shown = (backend: TableBackend): string[] =>
  [...backend.rows.values()]
    .map(({ text }) => (JSON.parse(text) as BackendChange).entity)
    .flatMap((entity) => (entity === null ? [] : [String(entity['text'])]))
    .sort();

for (let seed = 1; seed <= 40; seed++) {
  test(`[BE22] however requests and replies are lost, all hold the same once that ends (seed ${seed})`, async () => {
    const random = randomFrom(seed);
    const upTo = (count: number): number => Math.floor(random() * count);
    const backend = new TableBackend();
    backend.pageSize = 1 + upTo(3);
    backend.givesCursor = seed % 2 === 0;
    const ids = ['a', 'b', 'c', 'd', 'e'];
    const tier = { batchSize: 1 + upTo(3) };
    const devices = [await device(backend, { tier }), await device(backend, { tier }), await device(backend, { tier })];
    for (let step = 0; step < 60; step++) {
      const place = upTo(devices.length);
      const one = devices[place]!;
      const id = ids[upTo(ids.length)]!;
      for (const queue of [backend.losses.pull, backend.losses.push]) {
        queue.length = 0;
        queue.push(...Array.from({ length: 4 }, () => losses[upTo(losses.length)]!));
      }
      await one.advance(upTo(3));
      switch (upTo(6)) {
        case 0:
          one.notes.save({ id, text: `${id} ${step}` });
          break;
        case 1:
          one.notes.delete(id);
          break;
        case 2:
          await one.push().catch(() => {});
          break;
        case 3:
          await one.pull().catch(() => {});
          break;
        case 4:
          await one.data.sync.forceSync().catch(() => {});
          break;
        case 5:
          await one.data.unload();
          devices[place] = await device(backend, { tier, local: one.local });
      }
    }
    for (const queue of [backend.losses.pull, backend.losses.push]) queue.length = 0;
    for (let round = 0; round < 2; round++) {
      for (const one of devices) {
        await one.pull();
        await one.push();
      }
    }
    for (const one of devices) {
      expect(await one.texts()).toEqual(shown(backend));
      expect(one.pending()).toEqual([]);
    }
  });
}
