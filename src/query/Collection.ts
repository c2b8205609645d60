import type { AnyEntity } from '../interfaces/Entity.ts';
import type { Change } from './Change.ts';
import { chooseIndex } from './chooseIndex.ts';
import { FieldIndex } from './FieldIndex.ts';
import { LiveView } from './LiveView.ts';
import type { ParsedQuery } from './parseQuery.ts';
import { runIndexed } from './runIndexed.ts';
import { runQuery } from './runQuery.ts';

/** Where the entities of one name are. */
export interface EntitySource {
  get(id: string): AnyEntity | undefined;
  values(): Iterable<AnyEntity>;
}

/**
 * Answers queries over the entities of one name: from an index if one fits, else by one scan. An index is built when a
 * query first could use it, and kept up to date from then on.
 */
export class Collection {
  readonly #source: EntitySource;
  readonly #declared: readonly (readonly string[])[];
  #indexes: FieldIndex[] | null = null;

  constructor(source: EntitySource, indexes: readonly (readonly string[])[]) {
    this.#source = source;
    this.#declared = indexes;
  }

  run(query: ParsedQuery): readonly AnyEntity[] {
    const plan = query.ids === null && this.#declared.length > 0 ? chooseIndex(query, this.#built()) : null;
    return plan === null ? runQuery(query, this.#candidates(query)) : runIndexed(query, plan);
  }

  view(query: ParsedQuery): LiveView {
    return new LiveView(query, this.#candidates(query));
  }

  apply(changes: readonly Change[]): void {
    for (const index of this.#indexes ?? []) index.apply(changes);
  }

  #candidates(query: ParsedQuery): Iterable<AnyEntity> {
    if (query.ids === null) return this.#source.values();
    return query.ids.flatMap((id) => this.#source.get(id) ?? []);
  }

  #built(): readonly FieldIndex[] {
    this.#indexes ??= this.#declared.map((fields) => FieldIndex.build(fields, this.#source.values()));
    return this.#indexes;
  }
}
