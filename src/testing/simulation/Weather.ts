import { TierSyncError } from '../../errors.ts';
import type { RequestTraits } from './fates.ts';
import type { Sightings } from './Sightings.ts';

export const weathers = ['cutOff', 'diskFull', 'readOnly'] as const;
export type WeatherKind = (typeof weathers)[number];

/** What is wrong for a while with one device and its ways: it is an action that begins it, and one that ends it. */
export class Weather {
  /** How long a cloud that is asked too often wants to be left alone. */
  readonly restMs: number = 2_000;
  readonly #now = new Set<WeatherKind>();
  readonly #sightings: Sightings;

  constructor(sightings: Sightings) {
    this.#sightings = sightings;
  }

  set(kind: WeatherKind, isOn: boolean): void {
    if (isOn) this.#now.add(kind);
    else this.#now.delete(kind);
  }

  clear(): void {
    this.#now.clear();
  }

  /** Why a request cannot succeed now, whatever its fate. */
  refusal({ medium, isWrite }: RequestTraits): Error | null {
    if (medium === 'cloud' && this.#now.has('cutOff')) {
      this.#sightings.see('device cut off from the cloud');
      return new TierSyncError('unavailable', 'no way to the cloud');
    }
    if (medium === 'cloud' && isWrite && this.#now.has('readOnly')) {
      this.#sightings.see('cloud read-only');
      return new TierSyncError('auth-needed', 'not allowed to write');
    }
    if (medium === 'local' && isWrite && this.#now.has('diskFull')) {
      this.#sightings.see('local disk full');
      return Object.assign(new Error('no space'), { name: 'QuotaExceededError' });
    }
    return null;
  }
}
