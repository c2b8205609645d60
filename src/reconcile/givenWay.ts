import type { ValuePath } from '../interfaces/IDiffCalculator.ts';
import { contentOf, type Fields, fieldNames, isNested, readField } from './fields.ts';
import { mergeFields } from './mergeFields.ts';
import { sameValue } from './sameValue.ts';

/** A version that gave way in a conflict, whole or in part. Null: there is nothing, or it was deleted. */
export interface GivenWay {
  /** What it was made of; undefined: not known. */
  readonly base: Fields | null | undefined;
  readonly version: Fields | null;
  /** What stands in its place. */
  readonly winner: Fields | null;
}

/**
 * The fields that it had changed and that what stands in its place does not have. Without a known base, those in which the
 * two differ. An empty path: all of it.
 */
export function lostIn({ base, version, winner }: GivenWay): readonly ValuePath[] {
  if (version === null || winner === null) return version === winner ? [] : [[]];
  return differing(contentOf(winner), withEdits(base, version, winner));
}

/** What it had and lost, on top of what there is now; of something that is gone, on top of what stood last. */
export function broughtBack({ base, version, winner }: GivenWay, now: Fields | null): Fields | null {
  const ground = now ?? winner;
  if (version === null || ground === null) return version;
  return mergeFields(winner ?? {}, withEdits(base, version, winner ?? {}), ground, true);
}

/** What would stand there if it had come last and its fields alone had counted. */
const withEdits = (base: Fields | null | undefined, version: Fields, winner: Fields): Fields =>
  base === undefined ? contentOf(version) : mergeFields(base ?? {}, version, winner, true);

function differing(a: Fields, b: Fields): string[][] {
  return fieldNames(a, b).flatMap((name) => {
    const [ofA, ofB] = [readField(a, name), readField(b, name)];
    if (sameValue(ofA, ofB)) return [];
    return isNested(ofA) && isNested(ofB) ? differing(ofA, ofB).map((path) => [name, ...path]) : [[name]];
  });
}
