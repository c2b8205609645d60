import type { IEntityKeyStrategy } from '../interfaces/IEntityKeyStrategy.ts';
import { globalKey } from '../util/entityId.ts';
import { checkFilters } from './checkFilters.ts';

/** The one key of a strategy that keeps everything in `global`. */
export function globalKeys(prefix: string, separator: string, options: object = {}): string[] {
  checkFilters('EntityKeyGlobalStrategy', options, []);
  return [prefix + separator + globalKey];
}

/** What an app has that brings none: `EntityKeyGlobalStrategy` without options, which need no check. */
export const usualStrategy: IEntityKeyStrategy = {
  separator: '.',
  identifierLength: 21,
  getKey: () => globalKey,
  entityKeyFilter: (prefix, _entityName, options) => globalKeys(prefix, '.', options),
};
