import { DataOrchestrator, MemoryStore } from 'tiersync';
import { expect, test } from 'vitest';
import { TestEnvironment } from '../support/TestEnvironment.ts';

// biome-ignore lint/suspicious/noExplicitAny: fields differ from test to test
type Any = any;

test('[RE12] a save made by migrate() while its key is loaded is not lost', async () => {
  const store = new MemoryStore();
  const one = await DataOrchestrator.create({ prefix: 'p', local: store, environment: new TestEnvironment() });
  one.repo<Any>('T').save({ id: 'k.1', n: 1 });
  await one.unload();
  let two: Any = null;
  let isFirst = true;
  two = await DataOrchestrator.create({
    prefix: 'p',
    local: store,
    environment: new TestEnvironment({ time: Date.parse('2027-01-01') }),
    entities: {
      T: {
        migrate: (s: Any) => {
          if (isFirst) {
            isFirst = false;
            two.repo('T').save({ id: 'k.1', n: 9 });
          }
          return s;
        },
      },
    },
  } as Any);
  await two.repo('T').get('k.1');
  expect(two.repo('T').peek('k.1').n).toBe(9);
});

test('[RE5] what the function given to update() saves to the same entity is not overwritten', async () => {
  const data: Any = await DataOrchestrator.create({ prefix: 'p' });
  const t = data.repo('T');
  const id = t.save({ a: 1, b: 1 });
  await t.update(id, () => {
    t.save({ id, a: 2, b: 1 });
    return { b: 2 };
  });
  expect(t.peek(id)).toMatchObject({ a: 2, b: 2 });
});

test('[RE17] observeSyncState follows syncState for a deletion of what turns out not to exist', async () => {
  const store = new MemoryStore();
  const one = await DataOrchestrator.create({ prefix: 'p', local: store });
  one.repo<Any>('T').save({ id: 'k.1', n: 1 });
  await one.unload();
  const two = await DataOrchestrator.create({ prefix: 'p', local: store });
  const t = two.repo<Any>('T');
  t.delete('k.9');
  const seen: Any[] = [];
  t.observeSyncState('k.9').subscribe((s) => seen.push(s));
  await two.flush();
  expect(seen.at(-1)).toBe(t.syncState('k.9'));
});

test('[LC5] unload({ clearLocal }) on an instance that is unloaded already is not said to be done', async () => {
  const store = new MemoryStore();
  const one = await DataOrchestrator.create({ prefix: 'p', local: store });
  one.repo<Any>('T').save({ id: 'k.1', n: 1 });
  await one.unload();
  const outcome = await one.unload({ clearLocal: true, discardUnsynced: true }).then(
    () => 'done',
    () => 'refused',
  );
  expect([outcome, (await store.listKeys('p')).length > 0]).not.toEqual(['done', true]);
});

test('[OB5] a listener that subscribes itself again on each event does not hang', async () => {
  const data: Any = await DataOrchestrator.create({ prefix: 'p' });
  const t = data.repo('T');
  let calls = 0;
  const again = (): void => {
    t.subscribe({
      onUpdate: () => {
        if (++calls < 1000) again();
      },
    });
  };
  again();
  t.save({ n: 1 });
  expect(calls).toBe(1);
});
