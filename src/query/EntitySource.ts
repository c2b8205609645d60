import type { AnyEntity } from '../interfaces/Entity.ts';

/** Where the entities of one name are. */
export interface EntitySource {
  get(id: string): AnyEntity | undefined;
  values(): Iterable<AnyEntity>;
}
