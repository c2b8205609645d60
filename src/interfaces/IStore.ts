import type { AnyEntity } from './Entity.ts';
import type { IPersistence } from './IPersistence.ts';

/**
 * The fast primary store: entities in memory, read and written synchronously. It is written only through `save` and
 * `delete`; tombstones, times and hashes are the library's own business. An id belongs to one key for ever.
 */
export interface IStore extends IPersistence {
  get(key: string, entityName: string, id: string): unknown;
  getAll(key: string, entityName: string): readonly unknown[];
  save(key: string, entityName: string, entity: AnyEntity): boolean | undefined;
  delete(key: string, entityName: string, id: string): unknown;

  /** All entities of a name over all keys, by id: one lookup in place of three. The map is live. */
  live?(entityName: string): ReadonlyMap<string, AnyEntity>;
}
