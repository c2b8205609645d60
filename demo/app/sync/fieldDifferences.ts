import type { AnyEntity, Conflict } from 'tiersync';

export type Side = 'local' | 'remote';

export interface FieldDifference {
  readonly field: string;
  readonly local: string;
  readonly remote: string;
  /** Which of the two holds now; null: neither. */
  readonly kept: Side | null;
}

/** What tiersync writes itself, and where a card stands in its column: nobody misses it. */
const silent = new Set(['id', 'createdAt', 'updatedAt', 'version', 'since']);

/** Where a version of a task has lost something to the other one, as text, and which of them holds `now`. */
export function fieldDifferences(
  { local, remote, lost }: Pick<Conflict, 'local' | 'remote' | 'lost'>,
  now: AnyEntity | null,
): readonly FieldDifference[] {
  const differenceOf = (field: string, textOf: (entity: AnyEntity | null) => string): FieldDifference => {
    const texts = { local: textOf(local), remote: textOf(remote) };
    const current = textOf(now);
    return { field, ...texts, kept: current === texts.local ? 'local' : current === texts.remote ? 'remote' : null };
  };
  // Where one of them is a deletion, it is all or nothing.
  if (local === null || remote === null) return [differenceOf('task', (entity) => (entity ? 'there' : 'deleted'))];
  const fields = new Set(lost.map(([field]) => String(field)));
  return [...fields]
    .filter((field) => !silent.has(field))
    .map((field) => differenceOf(field, (entity) => textOf(entity?.[field])));
}

function textOf(value: unknown): string {
  if (value === undefined || value === '') return 'nothing';
  return value instanceof Date ? value.toLocaleString('en') : String(value);
}
