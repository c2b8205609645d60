import type { BucketObject, IBucket } from '../interfaces/IBucket.ts';
import { check, checkEqual, checkNothingPolluted, checkRejects, collect, type TestFunction } from './check.ts';
import { exclusiveTests } from './exclusiveTests.ts';
import { oddNames } from './oddNames.ts';
import { checkDeclared, type Factory, stageFor } from './Stage.ts';

/** What the bucket offers beyond its four methods; what is not declared must not be there. */
export interface BucketCapabilities {
  readonly exclusive?: boolean;
  readonly close?: boolean;
}

/** How the suite gets one, and what it can do. */
export interface BucketContractOptions extends Factory<IBucket> {
  readonly capabilities?: BucketCapabilities;
}

const name = 'app/data/global@1';
const range = (length: number): number[] => Array.from({ length }, (_, index) => index);

/** Bytes that differ by number, and by length where more are asked for. */
function bytesOf(number: number, length = 8): Uint8Array {
  return Uint8Array.from({ length }, (_, index) => (number * 31 + index * 7 + (index >> 8)) % 256);
}

async function read(bucket: IBucket, from: string): Promise<Uint8Array | null> {
  const found = await bucket.get(from);
  check(found !== 'unchanged', '`get` without `unlessVersion` must not answer "unchanged"');
  return found === null ? null : found.bytes;
}

async function versionAfter(put: ReturnType<IBucket['put']>, what: string): Promise<string> {
  const answer = await put;
  check(answer !== 'conflict', `${what} must succeed, and was a conflict`);
  check(typeof answer.version === 'string' && answer.version !== '', `${what} must answer with a version`);
  return answer.version;
}

/** What every `IBucket` has to do, as tests. */
export function bucketContract(test: TestFunction, options: BucketContractOptions): void {
  const can = options.capabilities ?? {};
  const scenario = stageFor(test, options);

  scenario('AD1', 'it has what it declares, and declares what it has', async (bucket) => {
    checkDeclared(bucket, { exclusive: false, close: false, ...can });
  });

  scenario('AD20', 'a missing object is null, and removing one is fine', async (bucket) => {
    checkEqual(await bucket.get(name), null, 'an object never put');
    checkEqual(await bucket.get(name, { unlessVersion: '1' }), null, 'an object never put, unless some version');
    await bucket.delete(name);
    await bucket.put(name, bytesOf(1));
    await bucket.put(`${name}0`, bytesOf(2));
    await bucket.delete(name);
    await bucket.delete(name);
    checkEqual(await bucket.get(name), null, 'a removed object');
    checkEqual(await read(bucket, `${name}0`), bytesOf(2), 'its neighbour');
  });

  scenario('AD21', 'bytes come back as they were put: none, all 256, five megabytes', async (bucket) => {
    const large = bytesOf(3, 5 * 1024 * 1024);
    for (const bytes of [new Uint8Array(), bytesOf(1, 256), large, bytesOf(2, 1)]) {
      await bucket.put(name, bytes);
      checkEqual(await read(bucket, name), bytes, `${bytes.length} bytes`);
    }
    const part = bytesOf(4, 64).subarray(16, 32);
    await bucket.put(name, part);
    checkEqual(await read(bucket, name), Uint8Array.from(part), 'part of a longer array');
  });

  scenario('AD22', 'no bytes are shared with the caller', async (bucket) => {
    const bytes = bytesOf(1);
    const put = bucket.put(name, bytes);
    bytes.fill(0);
    await put;
    checkEqual(await read(bucket, name), bytesOf(1), 'the object after its source was changed');
    (await read(bucket, name))?.fill(0);
    checkEqual(await read(bucket, name), bytesOf(1), 'the object after bytes read from it were changed');
  });

  scenario('AD23', 'the version changes with the bytes, and `unlessVersion` spares the reading', async (bucket) => {
    const versions: string[] = [];
    for (const number of range(5)) {
      const version = await versionAfter(bucket.put(name, bytesOf(number)), 'a put');
      const found = (await bucket.get(name)) as BucketObject;
      checkEqual(found.version, version, 'the version read after a put');
      checkEqual(await bucket.get(name, { unlessVersion: version }), 'unchanged', 'a get of the version known');
      for (const old of versions) {
        const fresh = (await bucket.get(name, { unlessVersion: old })) as BucketObject;
        checkEqual(fresh.bytes, bytesOf(number), 'a get unless an old version');
      }
      check(!versions.includes(version), 'another content must have another version');
      versions.push(version);
    }
  });

  scenario('AD24', '`ifAbsent` puts only where nothing stands', async (bucket) => {
    await versionAfter(bucket.put(name, bytesOf(1), { ifAbsent: true }), 'the first put');
    checkEqual(await bucket.put(name, bytesOf(2), { ifAbsent: true }), 'conflict', 'a second put');
    checkEqual(await read(bucket, name), bytesOf(1), 'the object after a conflict');
    await bucket.delete(name);
    await versionAfter(bucket.put(name, bytesOf(3), { ifAbsent: true }), 'a put after the removal');
    checkEqual(await read(bucket, name), bytesOf(3), 'the object');
  });

  scenario('AD25', '`ifVersion` puts only over that version', async (bucket) => {
    checkEqual(await bucket.put(name, bytesOf(0), { ifVersion: '1' }), 'conflict', 'a put over nothing');
    checkEqual(await bucket.get(name), null, 'an object after a conflict');
    const first = await versionAfter(bucket.put(name, bytesOf(1)), 'a plain put');
    const second = await versionAfter(bucket.put(name, bytesOf(2), { ifVersion: first }), 'a put over the version');
    checkEqual(await bucket.put(name, bytesOf(3), { ifVersion: first }), 'conflict', 'a put over an old version');
    checkEqual(await read(bucket, name), bytesOf(2), 'the object after a conflict');
    await bucket.delete(name);
    checkEqual(await bucket.put(name, bytesOf(4), { ifVersion: second }), 'conflict', 'a put over a removed object');
    checkEqual(await bucket.get(name), null, 'a removed object after a conflict');
  });

  scenario('AD26', 'of 20 conditional puts at once exactly one wins', async (bucket) => {
    const race = async (condition: { ifAbsent: true } | { ifVersion: string }): Promise<string> => {
      const answers = await Promise.all(range(20).map((number) => bucket.put(name, bytesOf(number + 1), condition)));
      const winners = range(20).filter((number) => answers[number] !== 'conflict');
      checkEqual(winners.length, 1, `winners of ${JSON.stringify(condition)}`);
      checkEqual(await read(bucket, name), bytesOf((winners[0] ?? 0) + 1), 'the object of the winner');
      const answer = answers[winners[0] ?? 0];
      return typeof answer === 'object' ? answer.version : '';
    };
    await race({ ifAbsent: true });
    const version = await versionAfter(bucket.put(name, bytesOf(200)), 'a plain put');
    await race({ ifVersion: version });
  });

  scenario('AD27', 'every text is a name of its own', async (bucket, stage) => {
    for (const [number, odd] of oddNames.entries()) await bucket.put(odd, bytesOf(number));
    const again = options.reopen === undefined ? bucket : await stage.reopen();
    for (const [number, odd] of oddNames.entries()) {
      checkEqual(await read(again, odd), bytesOf(number), `object ${JSON.stringify(odd)}`);
    }
    for (const odd of oddNames.filter((_, number) => number % 2 === 0)) await again.delete(odd);
    for (const [number, odd] of oddNames.entries()) {
      const expected = number % 2 === 0 ? null : bytesOf(number);
      checkEqual(await read(again, odd), expected, `object ${JSON.stringify(odd)} after its neighbours were removed`);
    }
    checkNothingPolluted();
  });

  scenario('AD28', 'list names every object with the prefix once, with its size', async (bucket) => {
    const more = [
      'app/head',
      'app/data/a@1',
      'app/data/a@2',
      'app/data/b@1',
      'app/database',
      'apple',
      'App/head',
      'a_p',
    ];
    const names = [...oddNames, ...more];
    for (const [number, each] of names.entries()) await bucket.put(each, bytesOf(number, number));
    await bucket.put('app/gone', bytesOf(1));
    await bucket.delete('app/gone');
    const long = 'n'.repeat(250);
    for (const prefix of [
      '',
      'app',
      'app/',
      'app/data',
      'app/data/',
      'app/data/a',
      'a',
      'a_',
      'a/',
      '/',
      '../',
      'N',
      long,
      'none/',
    ]) {
      const entries = await collect(bucket.list(prefix));
      const expected = names.map((each, number) => [each, number] as const).filter(([each]) => each.startsWith(prefix));
      const found = entries.map((entry) => [entry.name, entry.size] as const);
      checkEqual(byName(found), byName(expected), `the list of "${prefix}"`);
    }
  });

  if (options.reopen !== undefined) {
    scenario('AD29', 'what was put is there after reopening, under the same version', async (bucket, stage) => {
      const version = await versionAfter(bucket.put(name, bytesOf(1)), 'a put');
      await bucket.put('app/gone', bytesOf(2));
      await bucket.delete('app/gone');
      const again = await stage.reopen();
      checkEqual(await read(again, name), bytesOf(1), 'the object');
      checkEqual(await again.get(name, { unlessVersion: version }), 'unchanged', 'its version');
      checkEqual(await again.get('app/gone'), null, 'a removed object');
    });
  }

  scenario('AD30', 'an object is seen whole, also while many are put at once', async (bucket) => {
    const candidates = range(20).map((number) => bytesOf(number, 1 + number * 1000));
    await bucket.put(name, candidates[0] ?? bytesOf(0));
    const writes = candidates.map((bytes) => bucket.put(name, bytes));
    const reads = candidates.map(() => read(bucket, name));
    const seen = await Promise.all(reads);
    await Promise.all(writes);
    for (const bytes of [...seen, await read(bucket, name)]) {
      checkEqual(bytes, candidates[Math.floor((bytes?.length ?? 0) / 1000)], 'an object read during the puts');
    }
    await Promise.all(range(200).map((number) => bucket.put(`app/${number}`, bytesOf(number))));
    const found = await Promise.all(range(200).map((number) => read(bucket, `app/${number}`)));
    for (const number of range(200)) checkEqual(found[number], bytesOf(number), `object app/${number}`);
  });

  if (can.exclusive) {
    exclusiveTests(scenario, 'AD31', (bucket) => bucket.put(name, bytesOf(1), { ifVersion: 'a call inside the work' }));
  }

  if (can.close) {
    scenario('AD32', 'after close every call rejects with `closed`', async (bucket) => {
      await bucket.put(name, bytesOf(1));
      await bucket.close?.();
      await bucket.close?.();
      await checkRejects(() => bucket.get(name), 'closed', 'get');
      await checkRejects(() => bucket.put(name, bytesOf(2)), 'closed', 'put');
      await checkRejects(() => bucket.put(name, bytesOf(2), { ifAbsent: true }), 'closed', 'a conditional put');
      await checkRejects(() => bucket.delete(name), 'closed', 'delete');
      await checkRejects(() => collect(bucket.list('')), 'closed', 'list');
      if (can.exclusive) await checkRejects(() => bucket.exclusive?.(async () => {}), 'closed', 'exclusive');
    });
  }
}

function byName<T extends readonly [string, number]>(entries: readonly T[]): T[] {
  return [...entries].sort(([a], [b]) => (a < b ? -1 : 1));
}
