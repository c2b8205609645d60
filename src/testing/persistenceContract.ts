import type { EntityKeyData } from '../interfaces/EntityKeyData.ts';
import type { IPersistence } from '../interfaces/IPersistence.ts';
import { check, checkEqual, checkNothingPolluted, checkRejects, deepFreeze, type TestFunction } from './check.ts';
import { exclusiveTests } from './exclusiveTests.ts';
import { oddNames } from './oddNames.ts';
import { type PartCapabilities, partTests } from './partTests.ts';
import { checkDeclared, type Factory, stageFor } from './Stage.ts';
import { numberedBlob, sampleBlob } from './sampleBlob.ts';
import { storeAtOnceTests } from './storeAtOnceTests.ts';

/** What the adapter offers beyond the three methods; what is not declared must not be there. */
export interface PersistenceCapabilities extends PartCapabilities {
  readonly isolated?: boolean;
  readonly storeMany?: boolean;
  readonly listKeys?: boolean;
  readonly setAside?: boolean;
  readonly storeAtOnce?: boolean;
  readonly exclusive?: boolean;
  readonly flush?: boolean;
  readonly close?: boolean;
}

/** How the suite gets one, and what it can do. */
export interface PersistenceContractOptions extends Factory<IPersistence> {
  readonly capabilities?: PersistenceCapabilities;
}

const none: PersistenceCapabilities = {
  storeMany: false,
  loadParts: false,
  patchData: false,
  patchMany: false,
  listKeys: false,
  setAside: false,
  storeAtOnce: false,
  exclusive: false,
  flush: false,
  close: false,
};

const key = 'app.global';
const range = (length: number): number[] => Array.from({ length }, (_, index) => index);

/** What every `IPersistence` has to do, as tests. */
export function persistenceContract(test: TestFunction, options: PersistenceContractOptions): void {
  const can = options.capabilities ?? {};
  const scenario = stageFor(test, options);

  scenario('AD1', 'it has what it declares, and declares what it has', async (instance) => {
    const { isolated = false, ...methods } = can;
    checkDeclared(instance, { ...none, ...methods });
    checkEqual(instance.isolated ?? false, isolated, '`isolated`');
  });

  scenario('AD2', 'a blob comes back as it was stored', async (instance) => {
    await instance.storeData(key, sampleBlob());
    checkEqual(await instance.loadData(key), sampleBlob(), 'the blob');
    await instance.storeData('app.empty', {});
    checkEqual(await instance.loadData('app.empty'), {}, 'an empty blob');
    checkNothingPolluted();
  });

  scenario('AD3', 'a missing key is null', async (instance) => {
    checkEqual(await instance.loadData(key), null, 'a key never stored');
    await instance.storeData('app', sampleBlob());
    checkEqual(await instance.loadData(key), null, 'a key that only begins like one');
  });

  scenario('AD4', 'what is handed in is neither changed nor frozen, and may be frozen', async (instance) => {
    const blob = sampleBlob();
    await instance.storeData(key, blob);
    checkEqual(blob, sampleBlob(), 'the blob handed in');
    check(!Object.isFrozen(blob) && !Object.isFrozen(blob['User']), 'the blob handed in was frozen');
    await instance.storeData(key, deepFreeze(sampleBlob()));
    checkEqual(await instance.loadData(key), sampleBlob(), 'a frozen blob');
  });

  if (can.isolated) {
    scenario('AD5', 'no object is shared with the caller', async (instance) => {
      const spoil = (blob: EntityKeyData | null) => {
        Reflect.set(Object(blob?.['Task']), 'spoilt', true);
        Reflect.set(Object(blob), 'Spoilt', {});
      };
      const blob = numberedBlob(1);
      await instance.storeData(key, blob);
      spoil(blob);
      checkEqual(await instance.loadData(key), numberedBlob(1), 'the blob after its source was changed');
      spoil(await instance.loadData(key));
      checkEqual(await instance.loadData(key), numberedBlob(1), 'the blob after a loaded one was changed');
      if (!can.storeMany) return;
      const another = numberedBlob(2);
      await instance.storeMany?.([[key, another]]);
      spoil(another);
      checkEqual(await instance.loadData(key), numberedBlob(2), 'the blob after a source of storeMany was changed');
    });
  }

  scenario('AD6', 'a store replaces the blob whole, also among others at once', async (instance) => {
    await instance.storeData(key, sampleBlob());
    await instance.storeData(key, numberedBlob(0));
    checkEqual(await instance.loadData(key), numberedBlob(0), 'the blob stored last');
    const candidates = range(20).map((number) => numberedBlob(number, 1 + ((number * 7) % 20)));
    const writes = candidates.map((blob) => instance.storeData(key, blob));
    const reads = candidates.map(() => instance.loadData(key));
    const seen = [
      ...(await Promise.all(reads)),
      ...(await Promise.all(writes).then(() => [])),
      await instance.loadData(key),
    ];
    const texts = new Set(candidates.map((blob) => JSON.stringify(sorted(blob))));
    for (const blob of seen) check(texts.has(JSON.stringify(sorted(blob))), 'a blob was read that nobody stored');
  });

  if (options.reopen !== undefined) {
    scenario('AD7', 'what was stored is there after reopening', async (instance, stage) => {
      await instance.storeData(key, sampleBlob());
      await instance.storeData('app.gone', sampleBlob());
      await instance.clearData('app.gone');
      const again = await stage.reopen();
      checkEqual(await again.loadData(key), sampleBlob(), 'the blob');
      checkEqual(await again.loadData('app.gone'), null, 'a cleared key');
    });
  }

  scenario('AD8', 'every text is a key of its own', async (instance, stage) => {
    for (const [number, name] of oddNames.entries()) await instance.storeData(name, numberedBlob(number));
    const again = options.reopen === undefined ? instance : await stage.reopen();
    for (const [number, name] of oddNames.entries()) {
      checkEqual(await again.loadData(name), numberedBlob(number), `key ${JSON.stringify(name)}`);
    }
    for (const name of oddNames.filter((_, number) => number % 2 === 0)) await again.clearData(name);
    for (const [number, name] of oddNames.entries()) {
      const expected = number % 2 === 0 ? null : numberedBlob(number);
      checkEqual(await again.loadData(name), expected, `key ${JSON.stringify(name)} after its neighbours were cleared`);
    }
    checkNothingPolluted();
  });

  scenario('AD9', 'a blob of 10,000 records comes back', async (instance) => {
    await instance.storeData(key, numberedBlob(1, 10_000));
    checkEqual(await instance.loadData(key), numberedBlob(1, 10_000), 'the blob');
  });

  scenario('AD10', '200 calls at once do not mix', async (instance) => {
    const numbers = range(200);
    await Promise.all(numbers.map((number) => instance.storeData(`app.${number}`, numberedBlob(number))));
    const blobs = await Promise.all(numbers.map((number) => instance.loadData(`app.${number}`)));
    for (const number of numbers) checkEqual(blobs[number], numberedBlob(number), `key app.${number}`);
    await Promise.all(numbers.map((number) => instance.clearData(`app.${number}`)));
    for (const number of numbers) checkEqual(await instance.loadData(`app.${number}`), null, `cleared app.${number}`);
  });

  scenario('AD11', 'clearing takes one key and no other, and a missing one is fine', async (instance) => {
    await instance.clearData(key);
    await instance.storeData(key, sampleBlob());
    await instance.storeData(`${key}.2026`, numberedBlob(1));
    await instance.clearData(key);
    await instance.clearData(key);
    checkEqual(await instance.loadData(key), null, 'the cleared key');
    checkEqual(await instance.loadData(`${key}.2026`), numberedBlob(1), 'the other key');
    await instance.storeData(key, numberedBlob(2));
    checkEqual(await instance.loadData(key), numberedBlob(2), 'the key stored again');
  });

  if (can.storeMany) {
    scenario('AD12', 'storeMany stores all or none', async (instance) => {
      await instance.storeMany?.([]);
      await instance.storeMany?.(range(50).map((number) => [`app.${number}`, numberedBlob(number)] as const));
      for (const number of range(50)) {
        checkEqual(await instance.loadData(`app.${number}`), numberedBlob(number), `key app.${number}`);
      }
      for (const poison of poisons()) {
        const entries = [
          ['app.0', numberedBlob(99)],
          ['app.poison', { Task: { poison } } as unknown as EntityKeyData],
          ['app.1', numberedBlob(99)],
        ] as const;
        const stored = await Promise.resolve(instance.storeMany?.(entries)).then(
          () => true,
          () => false,
        );
        // Not every medium minds the same values; where one does, nothing of the call may stay.
        if (stored)
          await instance.storeMany?.([0, 1].map((number) => [`app.${number}`, numberedBlob(number)] as const));
        else checkEqual(await instance.loadData('app.poison'), null, 'the key that could not be stored');
        await instance.clearData('app.poison');
        checkEqual(await instance.loadData('app.0'), numberedBlob(0), 'the key before the one that failed');
        checkEqual(await instance.loadData('app.1'), numberedBlob(1), 'the key after the one that failed');
      }
    });
  }

  if (can.listKeys) {
    scenario('AD13', 'listKeys names every key with the prefix once', async (instance) => {
      const keys = [
        ...oddNames,
        'app',
        'app.',
        'app.global',
        'app.global.2026',
        'apple',
        'ap',
        'App.global',
        'a_p',
        'a%p',
      ];
      for (const [number, name] of keys.entries()) await instance.storeData(name, numberedBlob(number));
      await instance.storeData('app.gone', {});
      await instance.clearData('app.gone');
      for (const prefix of ['', 'app', 'app.', 'a', 'a_', 'a%', 'A', '\ud800', '\uffff', '../', 'none']) {
        const found = await instance.listKeys?.(prefix);
        checkEqual(
          sortedTexts(found ?? []),
          sortedTexts(keys.filter((name) => name.startsWith(prefix))),
          `prefix "${prefix}"`,
        );
      }
    });
  }

  if (can.setAside) {
    scenario('AD14', 'setAside frees the key and keeps the blob under another', async (instance) => {
      const asides: unknown[] = [];
      for (const number of [1, 2]) {
        await instance.storeData(key, numberedBlob(number));
        const name = (await instance.setAside?.(key)) ?? '';
        asides.push(name);
        checkEqual(await instance.loadData(key), null, 'the key that was set aside');
        check(name !== '' && !asides.slice(0, -1).includes(name), `"${name}" is no new name`);
      }
      await instance.storeData(key, numberedBlob(3));
      checkEqual(await instance.loadData(key), numberedBlob(3), 'the key used again');
    });
  }

  if (can.storeAtOnce) storeAtOnceTests(scenario);

  partTests(scenario, can);

  if (can.exclusive) exclusiveTests(scenario, 'AD15', (instance) => instance.storeData(key, sampleBlob()));

  if (can.flush) {
    scenario('AD7', 'flush resolves, with and without something to wait for', async (instance) => {
      await instance.flush?.();
      const write = instance.storeData(key, sampleBlob());
      await instance.flush?.();
      await write;
      checkEqual(await instance.loadData(key), sampleBlob(), 'the blob');
    });
  }

  if (can.close) {
    scenario('AD16', 'after close every call rejects with `closed`', async (instance) => {
      await instance.storeData(key, sampleBlob());
      await instance.close?.();
      await instance.close?.();
      await checkRejects(() => instance.loadData(key), 'closed', 'loadData');
      await checkRejects(() => instance.storeData(key, {}), 'closed', 'storeData');
      await checkRejects(() => instance.clearData(key), 'closed', 'clearData');
      if (can.storeMany) await checkRejects(() => instance.storeMany?.([]), 'closed', 'storeMany');
      if (can.loadParts) await checkRejects(() => instance.loadParts?.(key, []), 'closed', 'loadParts');
      if (can.patchData) await checkRejects(() => instance.patchData?.(key, []), 'closed', 'patchData');
      if (can.patchMany) await checkRejects(() => instance.patchMany?.([]), 'closed', 'patchMany');
      if (can.listKeys) await checkRejects(() => instance.listKeys?.(''), 'closed', 'listKeys');
      if (can.setAside) await checkRejects(() => instance.setAside?.(key), 'closed', 'setAside');
      if (can.exclusive) await checkRejects(() => instance.exclusive?.(async () => {}), 'closed', 'exclusive');
    });
  }
}

/** Values that some media cannot store. */
function poisons(): unknown[] {
  const cycle: Record<string, unknown> = {};
  cycle['self'] = cycle;
  const getter = Object.defineProperty({}, 'value', {
    enumerable: true,
    get() {
      throw new Error('on purpose');
    },
  });
  return [() => {}, 1n, cycle, getter, Symbol('odd')];
}

function sortedTexts(texts: readonly string[]): string[] {
  return [...texts].sort();
}

/** With sorted fields, so that texts of equal blobs are equal. */
function sorted(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.entries(value)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, inner]) => [name, sorted(inner)]);
}
