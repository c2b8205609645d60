import type { IEntityKeyStrategy } from '../interfaces/IEntityKeyStrategy.ts';
import { check, checkEqual, deepFreeze, type TestFunction } from './check.ts';

/** An entity as it may be saved first, and the options of a query that must find it. */
export interface StrategySample<FilterOptions extends object> {
  readonly entityName: string;
  readonly entity: object;
  readonly options?: FilterOptions;
}

/** How the suite gets one, and entities to try it with. */
export interface KeyStrategyContractOptions<FilterOptions extends object> {
  readonly name: string;
  readonly strategy: () => IEntityKeyStrategy<FilterOptions>;
  readonly samples: readonly StrategySample<FilterOptions>[];
}

/** What every `IEntityKeyStrategy` has to do, as tests. */
export function keyStrategyContract<FilterOptions extends object>(
  test: TestFunction,
  { name, strategy: make, samples }: KeyStrategyContractOptions<FilterOptions>,
): void {
  const each = (
    rule: string,
    title: string,
    run: (strategy: IEntityKeyStrategy<FilterOptions>, sample: StrategySample<FilterOptions>) => void,
  ): void => {
    test(`[${rule}] ${name}: ${title}`, async () => {
      check(samples.length > 0, 'the contract needs at least one sample');
      for (const sample of samples) run(make(), sample);
    });
  };

  each('AD50', 'the separator is none of the characters of a random id', ({ separator }) => {
    check(typeof separator === 'string' && separator !== '', 'the separator must be a text of at least one character');
    check(!/[A-Za-z0-9_-]/.test(separator), `the separator "${separator}" holds a character of random ids`);
  });

  each('AD51', 'the random part of an id has a length of at least one', ({ identifierLength }) => {
    check(Number.isSafeInteger(identifierLength) && identifierLength > 0, `${identifierLength} is no length`);
  });

  each('AD52', 'getKey is pure: the same key every time, and the entity stays as it is', (strategy, sample) => {
    const { entityName, entity } = sample;
    const before = structuredClone(entity);
    const key = strategy.getKey(entityName, entity);
    checkEqual(entity, before, 'the entity handed in');
    for (const again of [strategy, make()]) {
      checkEqual(again.getKey(entityName, deepFreeze(structuredClone(entity))), key, 'the key of a frozen copy');
    }
  });

  each('AD53', 'a key is not empty and has no separator at either end', (strategy, { entityName, entity }) => {
    const key = strategy.getKey(entityName, entity);
    check(typeof key === 'string' && key !== '', 'a key must be a text of at least one character');
    const bare = !key.startsWith(strategy.separator) && !key.endsWith(strategy.separator);
    check(bare, `the key "${key}" begins or ends with the separator "${strategy.separator}"`);
  });

  each('AD54', 'a matching query reads the key, once, under the prefix', (strategy, sample) => {
    const { entityName, entity, options } = sample;
    const full = `app${strategy.separator}${strategy.getKey(entityName, entity)}`;
    const keys = strategy.entityKeyFilter('app', entityName, options);
    check(keys.includes(full), `a query for ${entityName} must read "${full}", and reads ${JSON.stringify(keys)}`);
    checkEqual(new Set(keys).size, keys.length, 'the number of different keys');
    for (const key of keys)
      check(key.startsWith(`app${strategy.separator}`), `"${key}" does not begin with the prefix`);
  });
}
