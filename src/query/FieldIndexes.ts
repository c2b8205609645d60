import type { AnyEntity } from '../interfaces/Entity.ts';
import type { Change } from './Change.ts';
import { chooseIndex } from './chooseIndex.ts';
import type { EntitySource } from './EntitySource.ts';
import { FieldIndex } from './FieldIndex.ts';
import type { ParsedQuery } from './parseQuery.ts';
import { runIndexed } from './runIndexed.ts';

/**
 * The indexes of one entity name, built when a query first could use one, and kept up to date from then on. The one door
 * to all code of indexes, so that an app without any need not load it.
 */
export class FieldIndexes {
  readonly #declared: readonly (readonly string[])[];
  readonly #source: EntitySource;
  #built: readonly FieldIndex[] | null = null;

  /** Each index is declared as one field or as several. */
  constructor(declared: readonly (string | readonly string[])[], source: EntitySource) {
    this.#declared = declared.map((fields) => [fields].flat());
    this.#source = source;
  }

  /** Null if no index helps. */
  run(query: ParsedQuery): readonly AnyEntity[] | null {
    if (query.ids !== null) return null;
    this.#built ??= this.#declared.map((fields) => FieldIndex.build(fields, this.#source.values()));
    const plan = chooseIndex(query, this.#built);
    return plan && runIndexed(query, plan);
  }

  apply(changes: readonly Change[]): void {
    for (const index of this.#built ?? []) index.apply(changes);
  }
}
