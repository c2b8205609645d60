import type { ApplyResult, Change } from '../interfaces/ITier.ts';

/** Where something that is to stay was refused, a deletion may be its other half: it waits, for the same reason. */
export function halvesOf<C extends Change>(
  changes: readonly C[],
  results: ReadonlyMap<C, ApplyResult>,
): ReadonlyMap<C, ApplyResult> {
  const refused = changes.find((change) => {
    return results.get(change)?.outcome === 'rejected' && change.record?.isDeleted === false;
  });
  const refusal = refused === undefined ? undefined : results.get(refused);
  if (refusal === undefined) return new Map();
  return new Map(changes.filter(({ record }) => record?.isDeleted !== false).map((change) => [change, refusal]));
}
