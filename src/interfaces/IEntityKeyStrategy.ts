/**
 * Decides which entity goes into which partition. `getKey` must be pure: it sees the entity as it is first saved, with
 * its `createdAt`, and its answer becomes part of the id for ever.
 */
export interface IEntityKeyStrategy<FilterOptions extends object = object> {
  /** Stands between the parts of an id; one or more characters that appear neither in names nor in `A-Za-z0-9_-`. */
  readonly separator: string;
  /** Length of the random part of an id. 21 is safe everywhere; 8 collides once in a hundred at 2.4 million ids. */
  readonly identifierLength: number;
  /** The logical key, without prefix. */
  // biome-ignore lint/suspicious/noExplicitAny: a strategy may read any field of any type
  getKey(entityName: string, entity: any): string;
  /** The full entity keys, with prefix, that a query with these options may read. */
  entityKeyFilter(prefix: string, entityName: string, options?: FilterOptions): string[];
}
