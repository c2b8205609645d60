import { environmentOf } from '../adapters/environmentOf.ts';
import { systemBasics } from '../adapters/systemBasics.ts';
import type { Basics } from '../interfaces/Environment.ts';
import { SharedObjects } from '../tiers/bucket/SharedObjects.ts';
import { CloudReader } from './CloudReader.ts';
import { LocalReader } from './LocalReader.ts';
import { type CloudPlace, checkPlace, isCloud, keyPrefixOf, persistenceOf, type TierPlace } from './TierPlace.ts';
import type { TierReader } from './TierReader.ts';

/** The part of the world outside that is needed. */
export type Outside = Pick<Basics, 'now' | 'createId'>;

/** Clock and ids of your own, for tests. */
export interface OutsideOptions {
  /** Clock, timers and the like of your own, for tests. */
  readonly environment?: Partial<Outside>;
}

export const outsideOf = ({ environment }: OutsideOptions): Outside =>
  environmentOf<Outside>(systemBasics, environment);

export const objectsOf = ({ cloud: bucket, prefix }: CloudPlace, { now }: Outside): SharedObjects =>
  new SharedObjects({ bucket, prefix, now });

export function openReader(place: TierPlace, outside: Outside): TierReader {
  checkPlace(place);
  if (isCloud(place)) return new CloudReader(objectsOf(place, outside));
  return new LocalReader(persistenceOf(place, outside.createId), keyPrefixOf(place));
}
