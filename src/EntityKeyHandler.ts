import type { IEntityKeyStrategy } from './interfaces/IEntityKeyStrategy.ts';
import { checkEntityId } from './util/checkName.ts';
import { globalKey } from './util/entityId.ts';
import { checkPrefix } from './util/keyLayout.ts';

export interface EntityKeyHandlerOptions {
  readonly prefix: string;
  /** What came from outside is looked at by `checkStrategy` and `checkedStrategy`. */
  readonly strategy: IEntityKeyStrategy;
  /** A text of that many characters from `A-Za-z0-9_-`; of what came from outside, `checkedIds`. */
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
  readonly #strategy: IEntityKeyStrategy;
  readonly #createId: (size: number) => string;
  readonly #entityKeys = new Map<string, string>();
  #lastLogicalKey: string = globalKey;
  #lastEntityKey: string;

  constructor({ prefix, strategy, createId }: EntityKeyHandlerOptions) {
    checkPrefix(prefix, strategy.separator);
    this.prefix = prefix;
    this.separator = strategy.separator;
    this.#strategy = strategy;
    this.#createId = createId;
    this.#lastEntityKey = this.entityKey(globalKey);
  }

  /** A new id for an entity that has none yet: what the strategy says, and a random part. */
  generateId(entityName: string, entity: object): string {
    const logicalKey = this.#strategy.getKey(entityName, entity);
    return logicalKey + this.separator + this.#createId(this.#strategy.identifierLength);
  }

  /** The entity key where the strategy would have an entity. */
  usualKey(entityName: string, entity: object): string {
    return this.entityKey(this.#strategy.getKey(entityName, entity));
  }

  /** The entity key where the entity of that id is kept. */
  keyOf(id: string): string {
    const cut = id.lastIndexOf(this.separator);
    if (cut < 0) return this.entityKey(globalKey);
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
      entityKey = this.prefix + this.separator + logicalKey;
      // Reads of ids that do not exist must not fill the memory.
      if (this.#entityKeys.size >= maxCachedKeys) this.#entityKeys.clear();
      this.#entityKeys.set(logicalKey, entityKey);
    }
    return entityKey;
  }

  /** The entity keys that a query with these strategy filters reads, each once, in the strategy's order. */
  keysFor(entityName: string, filters?: object): string[] {
    return this.#strategy.entityKeyFilter(this.prefix, entityName, filters);
  }

  checkId(id: string): void {
    checkEntityId(id, this.separator);
  }
}
