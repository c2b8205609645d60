import type { IEntityKeyStrategy } from './interfaces/IEntityKeyStrategy.ts';
import { checkEntityId, checkEntityName, describe, logicalKeyFault } from './util/checkName.ts';
import { globalKey } from './util/entityId.ts';
import { checkPrefix, refuseMisuse } from './util/keyLayout.ts';

export interface EntityKeyHandlerOptions {
  readonly prefix: string;
  /** One that came from outside is checked by `checkStrategy` first. */
  readonly strategy: IEntityKeyStrategy;
  /** A text of that many characters from `A-Za-z0-9_-`. */
  readonly createId: (size: number) => string;
}

const maxCachedKeys = 10_000;

/**
 * Knows how ids and entity keys are built. The key of an entity is a pure function of its id: the strategy is asked
 * once, when an id is made, and its answer is then part of that id for ever.
 */
export class EntityKeyHandler {
  readonly prefix: string;
  readonly separator: string;
  readonly #identifierLength: number;
  readonly #strategy: IEntityKeyStrategy;
  readonly #createId: (size: number) => string;
  readonly #head: string;
  readonly #globalEntityKey: string;
  readonly #entityKeys = new Map<string, string>();
  #lastLogicalKey: string = globalKey;
  #lastEntityKey: string;
  #lastAnswer: string = globalKey;
  /** A createId that is written wrongly is so from its first answer on, so that only that one is looked at closely. */
  #hasGoodIds = false;

  constructor({ prefix, strategy, createId }: EntityKeyHandlerOptions) {
    checkPrefix(prefix, strategy.separator);
    this.prefix = prefix;
    this.separator = strategy.separator;
    this.#identifierLength = strategy.identifierLength;
    this.#strategy = strategy;
    this.#createId = createId;
    this.#head = prefix + strategy.separator;
    this.#globalEntityKey = this.#head + globalKey;
    this.#lastEntityKey = this.#globalEntityKey;
  }

  /** A new id for an entity that has none yet: what the strategy says, and a random part. */
  generateId(entityName: string, entity: object): string {
    const logicalKey = this.#ask(entityName, entity);
    const identifier = this.#createId(this.#identifierLength);
    if (!this.#hasGoodIds || identifier === '' || identifier.includes(this.separator))
      this.#checkIdentifier(identifier);
    return logicalKey + this.separator + identifier;
  }

  /** The entity key where the strategy would have an entity. */
  usualKey(entityName: string, entity: object): string {
    return this.entityKey(this.#ask(entityName, entity));
  }

  /** The entity key where the entity of that id is kept. */
  keyOf(id: string): string {
    const cut = id.lastIndexOf(this.separator);
    if (cut < 0) return this.#globalEntityKey;
    // Neighbours in time are mostly neighbours in key: this answers without making a string.
    if (cut === this.#lastLogicalKey.length && id.startsWith(this.#lastLogicalKey)) return this.#lastEntityKey;
    const logicalKey = id.slice(0, cut);
    const entityKey = this.entityKey(logicalKey);
    this.#lastLogicalKey = logicalKey;
    this.#lastEntityKey = entityKey;
    return entityKey;
  }

  entityKey(logicalKey: string): string {
    let entityKey = this.#entityKeys.get(logicalKey);
    if (entityKey === undefined) {
      entityKey = this.#head + logicalKey;
      // Reads of ids that do not exist must not fill the memory.
      if (this.#entityKeys.size >= maxCachedKeys) this.#entityKeys.clear();
      this.#entityKeys.set(logicalKey, entityKey);
    }
    return entityKey;
  }

  /** The entity keys that a query with these strategy filters reads, each once, in the strategy's order. */
  keysFor(entityName: string, filters?: object): string[] {
    const answer: unknown = this.#strategy.entityKeyFilter(this.prefix, entityName, filters);
    const isList = Array.isArray(answer);
    const keys = [...new Set<unknown>(isList ? answer : [])];
    const wrong = isList ? keys.filter((key) => !this.#isEntityKey(key)) : [answer];
    if (wrong.length === 0) return keys as string[];
    throw new TypeError(
      `strategy.entityKeyFilter must return an array of keys behind ${describe(this.#head)}, not ${describe(wrong[0])}.`,
    );
  }

  checkId(id: string): void {
    checkEntityId(id, this.separator);
  }

  checkName(entityName: string): void {
    checkEntityName(entityName);
  }

  #ask(entityName: string, entity: object): string {
    const logicalKey = this.#strategy.getKey(entityName, entity);
    if (logicalKey === this.#lastAnswer) return logicalKey;
    const fault = logicalKeyFault(logicalKey, this.separator);
    refuseMisuse("strategy.getKey must return a key such as 'Task'", logicalKey, fault);
    this.#lastAnswer = logicalKey;
    return logicalKey;
  }

  #checkIdentifier(identifier: unknown): void {
    if (typeof identifier !== 'string' || !/^[\w-]+$/.test(identifier)) {
      throw new TypeError(`environment.createId must return characters from A-Za-z0-9_-, not ${describe(identifier)}.`);
    }
    this.#hasGoodIds = true;
  }

  #isEntityKey(key: unknown): boolean {
    if (typeof key !== 'string' || !key.startsWith(this.#head)) return false;
    return key.length > this.#head.length && key[this.#head.length] !== '$';
  }
}
