/** What one record may be. Generous for records, far too small for files: those belong elsewhere. */
export const limits: {
  readonly depth: number;
  readonly nodes: number;
  readonly recordBytes: number;
} = Object.freeze({
  depth: 32,
  nodes: 10_000,
  recordBytes: 1_048_576,
});
