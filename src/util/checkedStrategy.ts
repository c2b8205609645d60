import type { IEntityKeyStrategy } from '../interfaces/IEntityKeyStrategy.ts';
import { checkLayout } from './checkLayout.ts';
import { describe } from './checkName.ts';
import { globalKey } from './entityId.ts';
import { refuseMisuse } from './keyLayout.ts';
import { logicalKeyFault } from './logicalKeyFault.ts';

/** Throws if it can make no ids and keys at all. */
export function checkStrategy(strategy: IEntityKeyStrategy): void {
  if (typeof strategy?.getKey !== 'function' || typeof strategy.entityKeyFilter !== 'function') {
    throw new TypeError('A strategy has getKey and entityKeyFilter, as new EntityKeyGlobalStrategy() has.');
  }
  checkLayout(strategy);
}

/** The same strategy, whose answers are looked at: one that ids and keys cannot be made of is refused. */
export function checkedStrategy(strategy: IEntityKeyStrategy): IEntityKeyStrategy {
  const { separator, identifierLength } = strategy;
  let lastAnswer: string = globalKey;
  return {
    separator,
    identifierLength,
    getKey(entityName, entity) {
      const key = strategy.getKey(entityName, entity);
      if (key === lastAnswer) return key;
      refuseMisuse("strategy.getKey must return a key such as 'Task'", key, logicalKeyFault(key, separator));
      lastAnswer = key;
      return key;
    },
    entityKeyFilter(prefix, entityName, filters) {
      const answer: unknown = strategy.entityKeyFilter(prefix, entityName, filters);
      const head = prefix + separator;
      const isList = Array.isArray(answer);
      const keys = [...new Set<unknown>(isList ? answer : [])];
      const wrong = isList ? keys.filter((key) => !isBehind(head, key)) : [answer];
      if (wrong.length === 0) return keys as string[];
      throw new TypeError(
        `strategy.entityKeyFilter must return an array of keys behind ${describe(head)}, not ${describe(wrong[0])}.`,
      );
    },
  };
}

function isBehind(head: string, key: unknown): boolean {
  if (typeof key !== 'string' || !key.startsWith(head)) return false;
  return key.length > head.length && key[head.length] !== '$';
}
