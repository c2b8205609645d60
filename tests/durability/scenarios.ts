import type { Device, Entities, Task } from './Device.ts';

/** What is found afterwards, by `name id`. */
export type Found = ReadonlyMap<string, Task>;

export interface Scenario {
  readonly title: string;
  /** Runs without faults, and is flushed and closed. */
  readonly before?: (device: Device) => void | Promise<void>;
  readonly entities?: Entities;
  /** Runs on a new device, nothing loaded. */
  readonly run: (device: Device) => void | Promise<void>;
  /** Bytes rot in it. */
  readonly isRotten?: boolean;
  /** What may never be found, beyond what the history says. */
  readonly forbidden?: (found: Found) => string | null;
}

const threeKeys = (device: Device): void => {
  for (const id of ['a.1', 'a.2', 'b.1', 'b.2', 'c.1', 'c.2']) device.save('Task', id, `first ${id}`);
  device.save('Note', 'a.1', 'a note in the same key');
};

const loadAll = async (device: Device): Promise<void> => {
  for (const id of ['a.1', 'b.1', 'c.1']) await device.get('Task', id);
};

/** Once, in the middle of a flush: when the first write reaches the medium. */
const duringNextWrite = (device: Device, work: () => void): void => {
  device.faults.gate = ({ method }) => {
    if (method !== 'storeData' && method !== 'storeMany' && method !== 'put') return undefined;
    device.faults.gate = null;
    work();
    return undefined;
  };
};

/** A move is a creation and a deletion: a crash may leave both places or one, never none. */
const isSomewhere =
  (...labels: string[]) =>
  (found: Found): string | null => {
    const there = new Set([...found.values()].map(({ label }) => label));
    return labels.find((label) => !there.has(label)) ?? null;
  };

export const scenarios: readonly Scenario[] = [
  {
    title: 'first save',
    run: async (device) => {
      device.save('Task', 'a.1', 'one');
      await device.flush();
    },
  },
  {
    title: 'first saves in three keys',
    run: async (device) => {
      threeKeys(device);
      await device.flush();
    },
  },
  {
    title: 'edit',
    before: threeKeys,
    run: async (device) => {
      await loadAll(device);
      device.save('Task', 'a.1', 'second');
      await device.flush();
      device.save('Task', 'a.1', 'third');
      await device.flush();
    },
  },
  {
    title: 'update on a key that is not loaded',
    before: threeKeys,
    run: async (device) => {
      await device.update('Task', 'b.1', 'updated');
      await device.flush();
    },
  },
  {
    title: 'delete',
    before: threeKeys,
    run: async (device) => {
      await loadAll(device);
      device.delete('Task', 'a.1');
      await device.flush();
      device.save('Task', 'b.1', 'goes on');
      await device.flush();
    },
  },
  {
    title: 'delete and create again',
    before: threeKeys,
    run: async (device) => {
      await loadAll(device);
      device.delete('Task', 'a.1');
      await device.flush();
      device.save('Task', 'a.1', 'again');
      await device.flush();
    },
  },
  {
    title: 'batch over three keys',
    before: threeKeys,
    run: async (device) => {
      await loadAll(device);
      device.data.batch(() => {
        device.save('Task', 'a.1', 'batched');
        device.delete('Task', 'b.1');
        device.save('Task', 'c.3', 'batched too');
      });
      await device.flush();
    },
  },
  {
    title: 'save on an unloaded key',
    before: threeKeys,
    run: async (device) => {
      device.save('Task', 'a.1', 'unseen');
      await device.flush();
    },
  },
  {
    title: 'delete on an unloaded key',
    before: threeKeys,
    run: async (device) => {
      device.delete('Task', 'a.1');
      device.delete('Task', 'a.99');
      await device.flush();
    },
  },
  {
    title: 'clear with unloaded keys',
    before: threeKeys,
    run: async (device) => {
      await device.get('Task', 'a.1');
      device.clear('Task');
      await device.flush();
    },
  },
  {
    title: 'clear, and one is saved again before its key is loaded',
    before: threeKeys,
    run: async (device) => {
      device.clear('Task');
      device.save('Task', 'b.2', 'after the clear');
      await device.flush();
      await device.get('Task', 'c.1');
      await device.flush();
    },
  },
  {
    title: 'hardDelete with sync false',
    before: (device) => {
      for (const id of ['a.1', 'a.2', 'b.1']) device.save('Secret', id, 'nobody knows');
    },
    run: async (device) => {
      await device.get('Secret', 'a.1');
      device.hardDelete('Secret', 'a.1');
      device.hardDelete('Secret', 'b.1');
      await device.flush();
    },
  },
  {
    title: 'hardDelete of what a flush is writing',
    run: async (device) => {
      device.save('Secret', 'a.1', 'soon gone');
      device.save('Secret', 'a.2', 'stays');
      duringNextWrite(device, () => device.hardDelete('Secret', 'a.1'));
      await device.flush();
      await device.flush();
    },
  },
  {
    title: 'move',
    before: threeKeys,
    run: async (device) => {
      await device.move('Task', 'a.1', 'b');
      await device.flush();
    },
    forbidden: isSomewhere('first a.1'),
  },
  {
    title: 'moves both ways between two keys',
    before: threeKeys,
    run: async (device) => {
      await device.move('Task', 'a.1', 'b');
      await device.move('Task', 'b.2', 'a');
      await device.flush();
    },
    forbidden: isSomewhere('first a.1', 'first b.2'),
  },
  {
    title: 'edit while a flush runs',
    before: threeKeys,
    run: async (device) => {
      await loadAll(device);
      device.save('Task', 'a.1', 'second');
      duringNextWrite(device, () => {
        device.save('Task', 'a.1', 'third');
        device.save('Task', 'b.1', 'at the same time');
      });
      await device.flush();
      await device.flush();
    },
  },
  {
    title: 'two flushes joined',
    before: threeKeys,
    run: async (device) => {
      device.save('Task', 'a.1', 'second');
      const first = device.flush();
      device.save('Task', 'a.1', 'third');
      const second = device.flush();
      device.save('Task', 'a.2', 'fourth');
      await Promise.all([first, second, device.flush()]);
    },
  },
  {
    title: 'edits that nobody flushes by hand',
    before: threeKeys,
    run: async (device) => {
      await loadAll(device);
      device.save('Task', 'a.1', 'second');
      await device.environment.advance(500);
      device.save('Task', 'b.1', 'third');
      device.delete('Task', 'c.1');
      await device.environment.advance(500);
      await device.flush();
    },
  },
  {
    title: 'the page is hidden',
    before: threeKeys,
    run: async (device) => {
      device.save('Task', 'a.1', 'last words');
      device.environment.hide();
      await device.flush();
    },
  },
  {
    title: 'unload with pending edits',
    before: threeKeys,
    run: async (device) => {
      await device.get('Task', 'a.1');
      device.save('Task', 'a.1', 'goodbye');
      device.delete('Task', 'b.1');
      await device.unload();
    },
  },
  {
    title: 'quarantine in a flush',
    isRotten: true,
    before: threeKeys,
    run: async (device) => {
      await loadAll(device);
      await device.spoil('a');
      device.save('Task', 'a.1', 'on rotten ground');
      device.save('Task', 'b.1', 'elsewhere');
      await device.flush();
    },
  },
  {
    title: 'migrate',
    before: threeKeys,
    entities: { Task: { migrate: (stored: Task) => ({ ...stored, isMigrated: true }) } },
    run: async (device) => {
      await loadAll(device);
      device.save('Task', 'a.1', 'of today');
      await device.update('Task', 'b.1', 'of today too');
      await device.flush();
    },
  },
  {
    title: 'many keys at once',
    run: async (device) => {
      for (let key = 0; key < 20; key++) device.save('Task', `k${key}.1`, `in key ${key}`);
      await device.flush();
      for (let key = 0; key < 20; key += 9) device.delete('Task', `k${key}.1`);
      await device.flush();
    },
  },
];
