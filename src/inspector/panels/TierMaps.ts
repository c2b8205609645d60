import type { InspectedKey, TierName } from 'tiersync';
import { make, say, setAll } from '../dom/make.ts';
import { Picker } from '../dom/Picker.ts';
import type { TierSight } from '../looks/TierLooks.ts';
import { tileAt, tileByKey } from '../tiles/findTile.ts';
import type { KeyState } from '../tiles/keyStates.ts';
import type { KeyTile } from '../tiles/keyTiles.ts';
import { layTiles, type Tile } from '../tiles/layTiles.ts';
import { hashText, many, timeText } from '../values/texts.ts';
import { Legend } from './Legend.ts';
import { TierMap } from './TierMap.ts';

export interface TierMapsOptions {
  readonly onPick: (key: string) => void;
  readonly onLookAtCloud: () => void;
}

/** From there on the maps are larger, and their lines finer. */
const manyKeys = 200;

export const tierNames: readonly TierName[] = ['memory', 'local', 'cloud'];

/** The three tiers side by side. A key has the same place and size in each, so that a difference stands out. */
export class TierMaps {
  readonly root: HTMLElement;
  readonly #maps: { readonly [tier in TierName]: TierMap };
  readonly #picker: Picker;
  readonly #legend = new Legend();
  readonly #detail = make('p', { class: 'detail' });
  readonly #lookAgain: HTMLButtonElement;
  readonly #size = { width: 0, height: 0 };
  #keys: readonly KeyTile[] = [];
  #tiles: readonly Tile[] = [];
  #sight: TierSight | null = null;

  constructor({ onPick, onLookAtCloud }: TierMapsOptions) {
    const over = (event: MouseEvent): void => this.#picker.look(this.#at(event));
    const pick = (index: number): void => onPick((this.#keys[index] as KeyTile).key);
    const mapOf = (title: string): TierMap =>
      new TierMap(title, {
        over,
        leave: () => this.#picker.look(null),
        click: (event) => {
          const at = this.#at(event);
          if (at !== null) pick(at);
        },
      });
    this.#maps = { memory: mapOf('Memory'), local: mapOf('Local'), cloud: mapOf('Cloud') };
    this.#picker = new Picker(
      {
        label: 'Entity keys',
        next: (from, key) => tileByKey(this.#tiles, from, key),
        textOf: (index) => this.#textOf(index),
        onLook: (index) => this.#mark(index),
        onPick: pick,
      },
      ...tierNames.map((tier) => this.#maps[tier].root),
    );
    setAll(this.#picker.root, { class: 'maps' });
    this.#lookAgain = make(
      'button',
      { type: 'button', class: 'link', onclick: onLookAtCloud },
      'Look at the cloud again',
    );
    this.root = make(
      'section',
      { class: 'tiers', 'aria-label': 'Tiers' },
      this.#picker.root,
      make('div', { class: 'below-maps' }, this.#detail, this.#lookAgain),
      this.#legend.root,
    );
  }

  show(sight: TierSight, keys: readonly KeyTile[]): void {
    if (sight === this.#sight && keys === this.#keys) return;
    const picked = this.#keys[this.#picker.at ?? -1]?.key;
    this.#sight = sight;
    this.#keys = keys;
    this.#lay();
    const at = keys.findIndex(({ key }) => key === picked);
    this.#picker.renew(keys.length, at < 0 ? null : at);
    this.#mark(this.#picker.at);
    const states = new Set<KeyState>(keys.flatMap(({ states }) => tierNames.map((tier) => states[tier])));
    this.#legend.show(states);
    for (const tier of tierNames) this.#maps[tier].head(headOf(tier, sight));
    setAll(this.#lookAgain, { hidden: sight.cloudAt === null && sight.cloudFault === null });
  }

  /** Each map is as wide as it is now. */
  fit(): void {
    const { width, height } = this.#maps.memory.size();
    if (width === this.#size.width && height === this.#size.height) return;
    Object.assign(this.#size, { width, height });
    this.#lay();
    this.#mark(this.#picker.at);
  }

  #lay(): void {
    setAll(this.root, { 'data-many': this.#keys.length > manyKeys });
    const weights = this.#keys.map(({ bytes }) => bytes);
    this.#tiles = this.#size.width === 0 ? [] : layTiles(weights, this.#size);
    for (const tier of tierNames) {
      const states = this.#keys.map(({ states }) => states[tier]);
      const labels = this.#keys.map(({ key }) => [shortKey(key), this.#countIn(tier, key)] as const);
      this.#maps[tier].draw(this.#size, this.#tiles, states, labels);
    }
  }

  #countIn(tier: TierName, key: string): string {
    const found = this.#sight?.[tier]?.get(key);
    return found === undefined ? '' : String(found.entities);
  }

  #mark(index: number | null): void {
    const tile = index === null ? undefined : this.#tiles[index];
    for (const tier of tierNames) this.#maps[tier].mark(tile);
    const hint =
      this.#keys.length === 0
        ? 'Nothing is stored yet.'
        : `${many(this.#keys.length, 'key')}. Choose one to see its records.`;
    say(this.#detail, index === null || this.#keys[index] === undefined ? hint : this.#textOf(index));
  }

  #textOf(index: number): string {
    const { key, states } = this.#keys[index] as KeyTile;
    const parts = tierNames.map((tier) => `${tier} ${inTier(this.#sight?.[tier]?.get(key), states[tier])}`);
    return `${key}: ${parts.join(' · ')}`;
  }

  #at({ currentTarget, clientX, clientY }: MouseEvent): number | null {
    const { left, top } = (currentTarget as Element).getBoundingClientRect();
    return tileAt(this.#tiles, clientX - left, clientY - top);
  }
}

/** Without what all keys begin with. */
const shortKey = (key: string): string => key.slice(key.indexOf('.') + 1);

function inTier(found: InspectedKey | undefined, state: KeyState): string {
  if (found === undefined) return '–';
  const waiting = found.waiting > 0 ? `, ${found.waiting} waiting` : '';
  return `${found.entities}${state === 'partly' ? ' in part' : ''}${waiting} (${hashText(found.hash)})`;
}

function headOf(tier: TierName, sight: TierSight): readonly [string, string] {
  const keys = sight[tier];
  if (keys === null) {
    if (tier === 'cloud')
      return [sight.cloudFault === null ? 'not looked at' : 'cannot be seen', sight.cloudFault ?? ''];
    return ['none', ''];
  }
  const all = [...keys.values()];
  const entities = all.reduce((sum, found) => sum + found.entities, 0);
  const waiting = all.reduce((sum, found) => sum + found.waiting, 0);
  const deletions = all.reduce((sum, found) => sum + found.deletions, 0);
  const more = [
    waiting > 0 ? `${waiting} to ${tier === 'memory' ? 'save' : 'send'}` : '',
    tier === 'cloud' && sight.cloudAt !== null ? `at ${timeText(sight.cloudAt)}` : '',
    deletions > 0 ? `${deletions} deleted` : '',
  ];
  return [many(entities, 'entity', 'entities'), more.filter((text) => text !== '').join(' · ')];
}
