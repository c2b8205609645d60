import type { InspectedKey } from 'tiersync';
import { type KeyStates, keyStates, type TierKeys } from './keyStates.ts';

/** One entity key in all tiers. */
export interface KeyTile {
  readonly key: string;
  readonly states: KeyStates;
  readonly bytes: number;
}

/** What an entity takes where nobody has counted, and nothing else is known of any. */
const usualBytes = 300;

const countOf = (found: InspectedKey | undefined): number => (found?.entities ?? 0) + (found?.evicted ?? 0);

/** All keys that any tier holds, in the order of their names. `counted`: what the device has counted of them. */
export function keyTiles(
  tiers: TierKeys,
  counted: { readonly [key: string]: { readonly bytes: number } } = {},
): readonly KeyTile[] {
  const all = [tiers.memory, tiers.local, tiers.cloud].filter((keys) => keys !== null);
  const keys = [...new Set(all.flatMap((tier) => [...tier.keys()]))].sort();
  return keys.map((key) => {
    const found = all.map((tier) => tier.get(key));
    const sizes = [...found.map((one) => one?.bytes ?? 0), counted[key]?.bytes ?? 0];
    const most = Math.max(...sizes);
    return {
      key,
      states: keyStates(key, tiers),
      bytes: most > 0 ? most : Math.max(...found.map(countOf)) * usualBytes,
    };
  });
}
