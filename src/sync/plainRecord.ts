import type { StoredRecord } from '../interfaces/StoredRecord.ts';

/** A record as data alone, which can be sent to another tab and printed. */
export const plainRecord = (record: StoredRecord): StoredRecord => {
  const { entityName, id, value, isDeleted, isEvicted = false, time, stamp, version, text, hash } = record;
  return { entityName, id, value, isDeleted, isEvicted, time, stamp, version, text, hash };
};
