import { DataOrchestrator, MemoryStore } from 'tiersync';
import { expect, test } from 'vitest';

// biome-ignore lint/suspicious/noExplicitAny: fields differ from test to test
type Any = any;
const make = async (extra: object = {}) => DataOrchestrator.create({ prefix: 'p', ...extra } as Any) as Promise<Any>;

test('[OB11] observeAll begun in a batch that throws does not keep what never happened', async () => {
  const data = await make();
  const t = data.repo('T');
  let last: Any;
  expect(() =>
    data.batch(() => {
      t.save({ n: 1 });
      t.observeAll().subscribe((r: Any) => {
        last = r;
      });
      throw new Error('x');
    }),
  ).toThrow('x');
  t.save({ n: 2 });
  expect(last.map((e: Any) => e.n)).toEqual([2]);
});

test('[OB11] observe begun in a batch that throws ends at the state', async () => {
  const data = await make();
  const t = data.repo('T');
  const seen: Any[] = [];
  expect(() =>
    data.batch(() => {
      t.save({ id: 'x.1', n: 1 });
      t.observe('x.1').subscribe((e: Any) => seen.push(e?.n ?? null));
      throw new Error('x');
    }),
  ).toThrow('x');
  expect(seen.at(-1)).toBe(null);
});

test('[OB11] an index first used in a batch that throws holds nothing that never happened', async () => {
  const data = await make({ entities: { T: { indexes: ['n'] } } });
  const t = data.repo('T');
  expect(() =>
    data.batch(() => {
      t.save({ n: 1 });
      t.observeChanges({ where: { n: 1 } })
        .subscribe(() => {})
        .unsubscribe();
      throw new Error('x');
    }),
  ).toThrow('x');
  expect(await t.getAll({ where: { n: 1 } })).toEqual([]);
});

test('[OB11] observeAll begun in a batch does not emit the same twice', async () => {
  const data = await make();
  const t = data.repo('T');
  const seen: Any[] = [];
  data.batch(() => {
    t.save({ n: 1 });
    t.observeAll().subscribe((r: Any) => seen.push(r.map((e: Any) => e.n)));
  });
  expect(seen).toEqual([[1]]);
});

const inListener = async (work: (t: Any) => void): Promise<void> => {
  const data = await make();
  const t = data.repo('T');
  let isFirst = true;
  t.subscribe({
    onUpdate: () => {
      if (isFirst) {
        isFirst = false;
        work(t);
      }
    },
  });
  t.save({ id: 'x.1', n: 1 });
};

test('[OB6] observe begun in a listener after its writes starts from the state and never goes back', async () => {
  const seen: Any[] = [];
  await inListener((t) => {
    t.save({ id: 'x.1', n: 2 });
    t.save({ id: 'x.1', n: 3 });
    t.observe('x.1').subscribe((e: Any) => seen.push(e.n));
  });
  expect(seen).toEqual([3]);
});

test('[OB6] a sorted observeAll begun in a listener after its writes never shows one entity twice', async () => {
  const seen: Any[] = [];
  await inListener((t) => {
    t.save({ id: 'x.1', n: 2 });
    t.save({ id: 'x.1', n: 3 });
    t.observeAll({ sort: [{ field: 'n' }] }).subscribe((r: Any) => seen.push(r.map((e: Any) => e.n)));
  });
  expect(seen).toEqual([[3]]);
});

test('[OB6] observeCount begun in a listener after its writes is right', async () => {
  const seen: Any[] = [];
  await inListener((t) => {
    t.save({ id: 'x.2', n: 2 });
    t.delete('x.2');
    t.observeCount().subscribe((n: Any) => seen.push(n));
  });
  expect(seen).toEqual([1]);
});

test('[OB6] observeChanges begun in a listener after its writes tells each gain once', async () => {
  const seen: Any[] = [];
  await inListener((t) => {
    t.save({ id: 'x.2', n: 2 });
    t.observeChanges().subscribe((c: Any) => seen.push(...c.added.map((e: Any) => e.id)));
  });
  expect(seen.sort()).toEqual(['x.1', 'x.2']);
});

test('[OB6] who subscribes in a listener does not hear of the change that was before', async () => {
  const seen: Any[] = [];
  await inListener((t) => {
    t.subscribe({ onUpdate: (es: Any) => seen.push(...es.map((e: Any) => e.n)) });
  });
  expect(seen).toEqual([]);
});

test('[AD42] MemoryStore keeps nothing growing when one id is saved and deleted again and again', async () => {
  const store = new MemoryStore();
  const lengthOf = (): number => {
    const seen: number[] = [];
    const push = Array.prototype.push;
    Array.prototype.push = function (this: Any[], ...items: Any[]) {
      const n = push.apply(this, items);
      if (items[0] === 'x.1') seen[0] = n;
      return n;
    };
    try {
      store.save('k', 'T', { id: 'x.1' } as Any);
    } finally {
      Array.prototype.push = push;
    }
    store.delete('k', 'T', 'x.1');
    return seen[0] ?? 0;
  };
  for (let i = 0; i < 1000; i++) {
    store.save('k', 'T', { id: 'x.1' } as Any);
    store.delete('k', 'T', 'x.1');
  }
  expect(lengthOf()).toBeLessThan(100);
});
