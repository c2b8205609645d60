import type { InspectedKey, InspectedKeys } from 'tiersync';

/**
 * How a tier stands with one key, seen from the tier beside it:
 * - `same`: both hold the same, by their hashes.
 * - `waiting`: something here has not gone down yet.
 * - `apart`: the hashes differ, and nothing that waits explains it.
 * - `partly`: only a part of it is here, so there is nothing to compare.
 * - `absent`: it is not here.
 * - `alone`: there is nothing to compare it with.
 * - `unseen`: there is no such tier, or nobody has looked.
 */
export type KeyState = 'same' | 'waiting' | 'apart' | 'partly' | 'absent' | 'alone' | 'unseen';

export interface TierKeys {
  readonly memory: InspectedKeys;
  /** Null: there is none. */
  readonly local: InspectedKeys | null;
  /** Null: there is none, or nobody has looked. */
  readonly cloud: InspectedKeys | null;
}

export interface KeyStates {
  readonly memory: KeyState;
  readonly local: KeyState;
  readonly cloud: KeyState;
}

type Pair = readonly [upper: KeyState, lower: KeyState];

export function keyStates(key: string, { memory, local, cloud }: TierKeys): KeyStates {
  const inLocal = local?.get(key);
  const [inMemory, below] = pairOf(memory.get(key), inLocal, local !== null);
  const [above, inCloud] = pairOf(inLocal, cloud?.get(key), cloud !== null);
  // With no cloud to look at, the local tier is seen from above.
  const isAlone = local === null || (cloud === null && inLocal?.waiting === 0);
  return { memory: inMemory, local: isAlone ? below : above, cloud: inCloud };
}

function pairOf(upper: InspectedKey | undefined, lower: InspectedKey | undefined, isLowerKnown: boolean): Pair {
  if (upper === undefined) return ['absent', lower !== undefined ? 'alone' : isLowerKnown ? 'absent' : 'unseen'];
  const { waiting, hashBelow, isWhole } = upper;
  if (!isLowerKnown) return [waiting > 0 ? 'waiting' : 'alone', 'unseen'];
  const isSame = hashBelow === (lower?.hash ?? 0);
  if (waiting > 0) {
    if (lower === undefined) return ['waiting', 'absent'];
    return ['waiting', hashBelow === null || isSame ? 'waiting' : 'apart'];
  }
  if (hashBelow === null) return [isWhole ? 'alone' : 'partly', lower === undefined ? 'absent' : 'alone'];
  if (!isSame) return [isWhole ? 'apart' : 'partly', lower === undefined ? 'absent' : 'apart'];
  return ['same', lower === undefined ? 'absent' : 'same'];
}
