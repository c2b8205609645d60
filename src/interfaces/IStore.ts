import type { AnyEntity } from './Entity.ts';
import type { IPersistence } from './IPersistence.ts';

/**
 * The fast store in memory: entities by key, name and id, read and written synchronously. The library writes to it only by
 * `save` and `delete`, and keeps deletions, times and hashes itself. An id belongs to one key for ever.
 */
export interface IStore extends IPersistence {
  /** The entity; null or undefined if there is none. */
  get(key: string, entityName: string, id: string): unknown;
  /** All entities of that name in that key, in any order. */
  getAll(key: string, entityName: string): readonly unknown[];
  /** Keeps an entity, instead of the one with its id if there is one. The result is ignored. */
  save(key: string, entityName: string, entity: AnyEntity): boolean | undefined;
  /** Deleting an entity that is not there is no error. The result is ignored. */
  delete(key: string, entityName: string, id: string): unknown;

  /** All entities of a name in all keys, by id. The map is live: it shows every later change. Makes reads faster. */
  live?(entityName: string): ReadonlyMap<string, AnyEntity>;
}
