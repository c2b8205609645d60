import { expiryOf } from '../../blob/stub.ts';
import type { StoredRecord } from '../../interfaces/StoredRecord.ts';
import type { RowDraft } from '../SyncStore.ts';

/** Who writes, by what, and when; nothing of it is taken from what was sent. */
export interface Author {
  /** Null: the application's own code. */
  readonly userId: string | null;
  readonly device: string | null;
  readonly now: number;
}

/** The row that takes the place of the stored one. */
export function draftRow(
  entityKey: string,
  record: StoredRecord,
  stored: RowDraft | undefined,
  { userId, device, now }: Author,
): RowDraft {
  const { isDeleted } = record;
  const isEdit = stored?.record.isDeleted === false;
  return {
    entityKey,
    record,
    device,
    createdBy: isDeleted || isEdit ? (stored?.createdBy ?? null) : userId,
    updatedBy: isDeleted ? (stored?.updatedBy ?? null) : userId,
    deletedBy: isDeleted ? userId : null,
    receivedAt: now,
    expiresAt: expiryOf(record),
  };
}
