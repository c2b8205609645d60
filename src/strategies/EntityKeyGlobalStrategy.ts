import type { IEntityKeyStrategy } from '../interfaces/IEntityKeyStrategy.ts';
import { globalKey } from '../util/entityId.ts';
import { globalKeys } from './globalKeys.ts';
import { type KeyStrategyOptions, layoutOf } from './options.ts';

/** Everything in one partition: right for up to some ten thousand entities. */
export class EntityKeyGlobalStrategy implements IEntityKeyStrategy {
  readonly separator: string;
  readonly identifierLength: number;

  constructor(options: KeyStrategyOptions = {}) {
    const { separator, identifierLength } = layoutOf(options);
    this.separator = separator;
    this.identifierLength = identifierLength;
  }

  getKey(_entityName: string, _entity: object): string {
    return globalKey;
  }

  entityKeyFilter(prefix: string, _entityName: string, options?: object): string[] {
    return globalKeys(prefix, this.separator, options);
  }
}
