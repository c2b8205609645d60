import type { StoredRecord, TierName } from 'tiersync';
import { make, say, setAll } from '../dom/make.ts';
import type { TierSight } from '../looks/TierLooks.ts';
import type { KeyTile } from '../tiles/keyTiles.ts';
import { recordRows } from '../values/recordRows.ts';
import { RawRecord } from './RawRecord.ts';
import { RecordList } from './RecordList.ts';

export interface RecordsPanelOptions {
  readonly records: (tier: TierName, entityKey: string) => Promise<readonly StoredRecord[]>;
}

type Read = { readonly [tier in TierName]: readonly StoredRecord[] | undefined };

const unread: Read = { memory: undefined, local: undefined, cloud: undefined };

/** The records of one key as they stand in the tiers. */
export class RecordsPanel {
  readonly root: HTMLElement;
  readonly #o: RecordsPanelOptions;
  readonly #chooser = make('select', {
    class: 'field',
    'aria-label': 'Entity key',
    onchange: () => this.open(this.#chooser.value),
  });
  readonly #fault = make('p', { class: 'fault', hidden: true });
  readonly #list = new RecordList((row) => this.#pick(row.place));
  readonly #raw = new RawRecord();
  #keys: readonly string[] = [];
  #sight: TierSight | null = null;
  #key: string | null = null;
  #picked: string | null = null;
  #read = unread;
  /** What the tiers said of the key when it was read: as long as they say the same, it is not read again. */
  #said: { readonly [tier in TierName]?: string } = {};

  constructor(options: RecordsPanelOptions) {
    this.#o = options;
    const side = make('div', { class: 'records-side' }, this.#chooser, this.#fault, this.#list.root);
    this.root = make('div', {}, make('div', { class: 'records' }, side, this.#raw.root));
  }

  show(sight: TierSight, tiles: readonly KeyTile[], isOpen: boolean): void {
    this.#sight = sight;
    const keys = tiles.map(({ key }) => key);
    if (keys.length !== this.#keys.length || keys.some((key, i) => key !== this.#keys[i])) {
      this.#keys = keys;
      this.#chooser.replaceChildren(...keys.map((key) => make('option', { value: key }, key)));
      if (this.#key !== null) this.#chooser.value = this.#key;
    }
    if (!isOpen) return;
    if (this.#key === null || !keys.includes(this.#key)) this.open(keys[0] ?? null);
    else this.#readAgain();
  }

  open(key: string | null): void {
    if (key !== this.#key) {
      this.#key = key;
      this.#picked = null;
      this.#read = unread;
      this.#said = {};
      this.#list.reset();
      if (key !== null) this.#chooser.value = key;
      this.#show();
    }
    this.#readAgain();
  }

  #readAgain(): void {
    const key = this.#key;
    if (key === null || this.#sight === null) return;
    for (const tier of ['memory', 'local', 'cloud'] as const) {
      const keys = this.#sight[tier];
      const found = keys?.get(key);
      const said = keys === null ? 'unseen' : JSON.stringify(found ?? null);
      if (said === this.#said[tier]) continue;
      this.#said = { ...this.#said, [tier]: said };
      if (found === undefined) this.#take(tier, keys === null ? undefined : []);
      else void this.#readTier(tier, key);
    }
  }

  async #readTier(tier: TierName, key: string): Promise<void> {
    let fault = '';
    const records = await this.#o.records(tier, key).catch((error: Error) => {
      fault = error.message;
      return undefined;
    });
    // Meanwhile another key may have been chosen.
    if (key !== this.#key) return;
    say(this.#fault, fault);
    setAll(this.#fault, { hidden: fault === '' });
    this.#take(tier, records);
  }

  #take(tier: TierName, records: readonly StoredRecord[] | undefined): void {
    this.#read = { ...this.#read, [tier]: records };
    this.#show();
  }

  #pick(place: string): void {
    this.#picked = place;
    this.#show();
  }

  #show(): void {
    const rows = recordRows(this.#read);
    this.#list.show(rows);
    this.#raw.show(rows.find(({ place }) => place === this.#picked) ?? null);
  }
}
