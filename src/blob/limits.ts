// What one record may be. Generous for records, far too small for files: those belong elsewhere.

export const maxDepth = 32;
export const maxValues = 10_000;
export const maxRecordBytes = 1_048_576;
