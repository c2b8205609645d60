/**
 * Decides which entities are kept and loaded together: those with equal logical keys share one entity key (a partition).
 *
 * `getKey` sees an entity as it is first saved, with its `createdAt`. Its answer becomes part of the id for ever, so it must
 * be pure: equal fields, equal answer.
 */
export interface IEntityKeyStrategy<FilterOptions extends object = object> {
  /** Stands between the parts of an id. It must not occur in names, nor consist of the characters `A-Za-z0-9_-`. */
  readonly separator: string;
  /**
   * Length of the random part of an id. With 21, ids never collide in practice; with 8, the chance of one collision is
   * about one in a hundred at 2.4 million ids of one key.
   */
  readonly identifierLength: number;
  /** The logical key of an entity, without the prefix of the app: `global`, `Invoice.2026`. */
  // biome-ignore lint/suspicious/noExplicitAny: a strategy may read any field of any type
  getKey(entityName: string, entity: any): string;
  /** The entity keys, with prefix, that a query with these filters has to read. */
  entityKeyFilter(prefix: string, entityName: string, options?: FilterOptions): string[];
}
