import type { ApplyResult, Change } from '../interfaces/ITier.ts';

/** Where something that is to stay was refused, a deletion may be its other half: it waits, for the same reason. */
export function halvesOf<C extends Change>(
  changes: readonly C[],
  results: ReadonlyMap<C, ApplyResult>,
): ReadonlyMap<C, ApplyResult> {
  const isRefused = ([{ record }, { outcome }]: [C, ApplyResult]): boolean =>
    outcome === 'rejected' && record?.isDeleted === false;
  // Also in an earlier step: what was to be created there may have been refused.
  const [, refusal] = [...results].find(isRefused) ?? [];
  if (refusal === undefined) return new Map();
  return new Map(changes.filter(({ record }) => record?.isDeleted !== false).map((change) => [change, refusal]));
}
