import { recordOfForm } from '../../blob/storedForm.ts';
import type { StoredRecord } from '../../interfaces/StoredRecord.ts';
import type { WireDelta } from '../../protocol/messages.ts';
import { diffCalculator } from '../../reconcile/diffCalculator.ts';

/** The record that comes of a delta. Null: the delta is not of this one, or something else comes out. */
export function recordOfDelta(
  { base, difference, hash }: Pick<WireDelta, 'base' | 'difference' | 'hash'>,
  stored: StoredRecord | undefined,
): StoredRecord | null {
  if (stored?.value == null || stored.hash !== base) return null;
  const { entityName, id, value } = stored;
  try {
    const record = recordOfForm(entityName, id, diffCalculator.apply(value, difference)) ?? null;
    return record?.isDeleted === false && record.hash === hash ? record : null;
  } catch (error) {
    // A path that leads nowhere.
    if (error instanceof TypeError) return null;
    throw error;
  }
}
