import type { BucketObject, PutCondition } from '../../interfaces/IBucket.ts';

/** What became of a conditional put of which no answer came: it happened, it has not yet, or nobody can tell any more. */
export type Fate = 'happened' | 'not-yet' | 'unknown';

export function fateOfPut(found: BucketObject | null, bytes: Uint8Array, condition: PutCondition): Fate {
  if (found === null) return condition.ifAbsent === true ? 'not-yet' : 'unknown';
  if (isEqual(found.bytes, bytes)) return 'happened';
  return found.version === condition.ifVersion ? 'not-yet' : 'unknown';
}

const isEqual = (a: Uint8Array, b: Uint8Array): boolean =>
  a.length === b.length && a.every((byte, at) => byte === b[at]);
