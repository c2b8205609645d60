import type { JsonValue, StoredEntity } from '../../interfaces/EntityKeyData.ts';
import type { Horizon } from '../../interfaces/ISharedTier.ts';
import type { WireChange } from '../../protocol/wireChange.ts';
import { isEngineField } from '../../util/isEngineField.ts';

/** What a write finds. */
export interface Found {
  /** Null: nothing. */
  readonly change: WireChange | null;
  readonly key: string;
  readonly horizon: Horizon;
  readonly now: number;
}

/** Later than what it takes the place of, and than anything that was forgotten. */
function stampAfter({ change, horizon, now }: Found): number {
  if (change === null) return Math.max(now, horizon.stamp + 1);
  return Math.max(now, Date.parse('entity' in change ? change.entity.updatedAt : change.deletedAt) + 1);
}

export function nextVersion(id: string, fields: { readonly [field: string]: JsonValue }, found: Found): StoredEntity {
  const held = found.change !== null && 'entity' in found.change ? found.change.entity : null;
  const updatedAt = new Date(stampAfter(found)).toISOString();
  const own = Object.fromEntries(Object.entries(fields).filter(([name]) => !isEngineField(name)));
  return { ...own, id, createdAt: held?.createdAt ?? updatedAt, updatedAt, version: (held?.version ?? 0) + 1 };
}

/** The time of a deletion. */
export const tombstoneOf = (found: Found): string => new Date(stampAfter(found)).toISOString();
