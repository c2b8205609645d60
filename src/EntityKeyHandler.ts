import type { IEntityKeyStrategy } from './interfaces/IEntityKeyStrategy.ts';
import {
  checkEntityId,
  checkEntityName,
  checkIdentifierLength,
  checkPrefix,
  checkSeparator,
  describe,
  logicalKeyFault,
} from './util/checkName.ts';

export interface EntityKeyHandlerOptions {
  readonly prefix: string;
  readonly strategy: IEntityKeyStrategy;
  /** A text of that many characters from `A-Za-z0-9_-`. */
  readonly createId: (size: number) => string;
}

/** An id taken apart. A bare id has no separator and belongs to the logical key `global`. */
export interface EntityIdParts {
  readonly logicalKey: string;
  readonly identifier: string;
  readonly isBare: boolean;
}

const globalKey = 'global';
const maxCachedKeys = 10_000;

/**
 * Knows how ids and entity keys are built. The key of an entity is a pure function of its id: the strategy is asked
 * once, when an id is made, and its answer is then part of that id for ever.
 */
export class EntityKeyHandler {
  readonly prefix: string;
  readonly separator: string;
  readonly identifierLength: number;
  readonly #strategy: IEntityKeyStrategy;
  readonly #createId: (size: number) => string;
  readonly #head: string;
  readonly #globalEntityKey: string;
  readonly #entityKeys = new Map<string, string>();
  #lastLogicalKey: string = globalKey;
  #lastEntityKey: string;
  #lastAnswer: string = globalKey;

  constructor({ prefix, strategy, createId }: EntityKeyHandlerOptions) {
    checkPrefix(prefix);
    checkStrategy(strategy);
    checkSeparator(strategy.separator);
    if (prefix.includes(strategy.separator)) {
      // Or the keys of the prefix 'a.b' would begin like those of 'a'.
      throw new TypeError(`Write a prefix without the separator ${strategy.separator}; got ${describe(prefix)}.`);
    }
    checkIdentifierLength(strategy.identifierLength);
    this.prefix = prefix;
    this.separator = strategy.separator;
    this.identifierLength = strategy.identifierLength;
    this.#strategy = strategy;
    this.#createId = createId;
    this.#head = prefix + strategy.separator;
    this.#globalEntityKey = this.#head + globalKey;
    this.#lastEntityKey = this.#globalEntityKey;
  }

  /** A new id for an entity that has none yet: what the strategy says, and a random part. */
  generateId(entityName: string, entity: object): string {
    const logicalKey = this.#strategy.getKey(entityName, entity);
    if (logicalKey !== this.#lastAnswer) this.#acceptAnswer(entityName, logicalKey);
    const identifier = this.#createId(this.identifierLength);
    if (identifier === '' || identifier.includes(this.separator)) {
      throw new TypeError(
        `environment.createId must return characters from A-Za-z0-9_-; it returned ${describe(identifier)}.`,
      );
    }
    return logicalKey + this.separator + identifier;
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

  parse(id: string): EntityIdParts {
    const cut = id.lastIndexOf(this.separator);
    if (cut < 0) return { logicalKey: globalKey, identifier: id, isBare: true };
    return { logicalKey: id.slice(0, cut), identifier: id.slice(cut + this.separator.length), isBare: false };
  }

  format({ logicalKey, identifier, isBare }: EntityIdParts): string {
    const id = isBare ? identifier : logicalKey + this.separator + identifier;
    const cut = id.lastIndexOf(this.separator);
    if (isBare ? cut < 0 && logicalKey === globalKey : cut === logicalKey.length) return id;
    throw new TypeError(
      `An identifier must not contain the separator ${this.separator}, and a bare id belongs to the logical key ` +
        `${globalKey}; got ${describe(identifier)} in ${describe(logicalKey)}.`,
    );
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

  logicalKey(entityKey: string): string {
    if (entityKey.startsWith(this.#head)) return entityKey.slice(this.#head.length);
    throw new TypeError(`An entity key begins with ${describe(this.#head)}; got ${describe(entityKey)}.`);
  }

  /** The entity keys that a query with these strategy filters reads, each once, in the strategy's order. */
  keysFor(entityName: string, filters?: object): string[] {
    const keys = this.#strategy.entityKeyFilter(this.prefix, entityName, filters);
    if (!Array.isArray(keys)) {
      throw new TypeError(`strategy.entityKeyFilter must return an array of entity keys, not ${describe(keys)}.`);
    }
    for (const key of keys) this.#checkFilterKey(key);
    return [...new Set(keys)];
  }

  checkId(id: string): void {
    checkEntityId(id, this.separator);
  }

  checkName(entityName: string): void {
    checkEntityName(entityName);
  }

  #acceptAnswer(entityName: string, answer: string): void {
    const fault = typeof answer === 'string' ? logicalKeyFault(answer, this.separator) : 'is not a string';
    if (fault !== null) {
      throw new TypeError(
        `strategy.getKey must return a key such as 'Task${this.separator}2026'; for ${describe(entityName)} it ` +
          `returned ${describe(answer)}, which will not do: it ${fault}.`,
      );
    }
    this.#lastAnswer = answer;
  }

  #checkFilterKey(key: unknown): void {
    const begins = typeof key === 'string' && key.startsWith(this.#head) && key.length > this.#head.length;
    if (begins && !key.startsWith('$', this.#head.length)) return;
    throw new TypeError(
      `strategy.entityKeyFilter must return full entity keys, prefix included, that begin with ` +
        `${describe(this.#head)} and go on with a key of yours; it returned ${describe(key)}.`,
    );
  }
}

function checkStrategy(strategy: unknown): void {
  const { getKey, entityKeyFilter } = (strategy ?? {}) as { readonly [member: string]: unknown };
  if (typeof getKey === 'function' && typeof entityKeyFilter === 'function') return;
  throw new TypeError(
    'A strategy is an object with separator, identifierLength, getKey and entityKeyFilter: write ' +
      'new EntityKeyGlobalStrategy(), or extend EntityKeyDateStrategy.',
  );
}
