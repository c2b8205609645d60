import { type CloudPlace, isCloud } from '../../maintenance/TierPlace.ts';
import { UsageError } from '../UsageError.ts';
import type { OpenedPlace } from './openPlace.ts';

/** A shared bucket; what one device keeps has no past. */
export function cloudOf({ place, title }: OpenedPlace): CloudPlace {
  if (isCloud(place)) return place;
  throw new UsageError(`${title}: only a bucket that devices share has a past`);
}
