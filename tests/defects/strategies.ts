import type { IEntityKeyStrategy } from '../../src/interfaces/IEntityKeyStrategy.ts';

/** A strategy by a function; queries read the keys that are named here. */
export function strategyOf(
  keys: readonly string[],
  getKey: (name: string, entity: never) => string,
): IEntityKeyStrategy {
  return {
    separator: '.',
    identifierLength: 8,
    getKey: getKey as IEntityKeyStrategy['getKey'],
    entityKeyFilter: (prefix) => keys.map((key) => `${prefix}.${key}`),
  };
}

export const everythingInOneKey: IEntityKeyStrategy = strategyOf(['all'], () => 'all');

/** One partition per value of the field `part`; queries read all three there are. */
export const byPart: IEntityKeyStrategy = strategyOf(['a', 'b', 'c'], (_, { part }: { part: string }) => part);
