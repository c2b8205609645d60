import { type AnyEntity, type Conflict, diffCalculator, type ValuePath } from 'tiersync';
import { valueText } from './valueText.ts';

/** One place at which two versions differ, as text. */
export interface FieldDifference {
  readonly field: string;
  /** What both began with. */
  readonly base: string;
  readonly local: string;
  readonly remote: string;
  /** Which of the two the winner holds; null: neither. */
  readonly kept: 'local' | 'remote' | null;
}

/** Each save writes these: nobody misses them. */
const written = new Set(['id', 'createdAt', 'updatedAt', 'version']);

type Versions = Pick<Conflict, 'base' | 'local' | 'remote' | 'winner'>;

export function fieldDifferences({ base, local, remote, winner }: Versions): readonly FieldDifference[] {
  const differenceAt = (field: string, textOf: (entity: AnyEntity | null) => string): FieldDifference => {
    const texts = { base: textOf(base ?? null), local: textOf(local), remote: textOf(remote) };
    const now = textOf(winner);
    return { field, ...texts, kept: now === texts.local ? 'local' : now === texts.remote ? 'remote' : null };
  };
  // Where one of them is a deletion, it is all or nothing.
  if (local === null || remote === null) return [differenceAt('', (entity) => (entity === null ? 'deleted' : 'kept'))];
  const { set, unset } = diffCalculator.diff(local, remote);
  const paths = [...set.map(({ path }) => path), ...unset].filter(([first]) => !written.has(String(first)));
  return paths.map((path) => differenceAt(path.join('.'), (entity) => valueText(valueAt(entity, path))));
}

function valueAt(entity: unknown, path: ValuePath): unknown {
  let value = entity;
  for (const step of path) value = value === null || typeof value !== 'object' ? undefined : (value as never)[step];
  return value;
}
