import type { AnyEntity } from '../interfaces/Entity.ts';
import type { Change } from './Change.ts';
import type { EntitySource } from './EntitySource.ts';
import type { FieldIndexes } from './FieldIndexes.ts';
import { LiveView } from './LiveView.ts';
import type { ParsedQuery } from './parseQuery.ts';
import { runQuery } from './runQuery.ts';

/** Answers queries over the entities of one name: from an index if one fits, else by one scan. */
export class Collection {
  readonly #source: EntitySource;
  readonly #indexes: FieldIndexes | null;

  /** Indexes are handed in, because only an app that declares some loads their code. */
  constructor(source: EntitySource, indexes: FieldIndexes | null) {
    this.#source = source;
    this.#indexes = indexes;
  }

  run(query: ParsedQuery): readonly AnyEntity[] {
    return this.#indexes?.run(query) ?? runQuery(query, this.#candidates(query));
  }

  view(query: ParsedQuery): LiveView {
    return new LiveView(query, this.#candidates(query));
  }

  apply(changes: readonly Change[]): void {
    this.#indexes?.apply(changes);
  }

  #candidates(query: ParsedQuery): Iterable<AnyEntity> {
    if (query.ids === null) return this.#source.values();
    return query.ids.flatMap((id) => this.#source.get(id) ?? []);
  }
}
