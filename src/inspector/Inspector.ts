import type { AnyData } from '../watching/dataInUse.ts';
import { make, setAll } from './dom/make.ts';
import { Tabs } from './dom/Tabs.ts';
import { SyncFeed } from './looks/SyncFeed.ts';
import type { TierSight } from './looks/TierLooks.ts';
import { TierLooks } from './looks/TierLooks.ts';
import type { Page } from './page.ts';
import { ConflictsPanel } from './panels/ConflictsPanel.ts';
import { RecordsPanel } from './panels/RecordsPanel.ts';
import { RefusedPanel } from './panels/RefusedPanel.ts';
import { RunLine } from './panels/RunLine.ts';
import { StoragePanel } from './panels/StoragePanel.ts';
import { TierMaps } from './panels/TierMaps.ts';
import { Toolbar } from './panels/Toolbar.ts';
import { WaitingPanel } from './panels/WaitingPanel.ts';
import { type KeyTile, keyTiles } from './tiles/keyTiles.ts';
import { countText } from './values/texts.ts';

const tickMs = 1_000;

/** All that an inspector shows of one orchestrator, from when it is made until it is closed. */
export class Inspector {
  readonly root: HTMLElement;
  readonly #page: Page;
  readonly #feed: SyncFeed;
  readonly #looks: TierLooks;
  readonly #toolbar: Toolbar;
  readonly #maps: TierMaps;
  readonly #line = new RunLine();
  readonly #records: RecordsPanel;
  readonly #waiting = new WaitingPanel();
  readonly #conflicts: ConflictsPanel;
  readonly #refused: RefusedPanel;
  readonly #storage: StoragePanel;
  readonly #tabs: Tabs;
  readonly #resizes: ResizeObserver;
  #counted: { readonly [key: string]: { readonly bytes: number } } = {};
  #tiles: { readonly of: unknown; readonly keys: readonly KeyTile[] } = { of: null, keys: [] };
  #callOff: (() => void) | null = null;
  #timer: unknown;
  #isClosed = false;

  constructor(data: AnyData, page: Page) {
    const onChange = (): void => this.#change();
    this.#page = page;
    this.#toolbar = new Toolbar(data.sync, onChange);
    this.#looks = new TierLooks({ data, page, onChange });
    this.#maps = new TierMaps({
      onPick: (key) => this.#openKey(key),
      onLookAtCloud: () => this.#looks.lookAtCloud(),
    });
    this.#records = new RecordsPanel({ records: (tier, key) => this.#looks.records(tier, key) });
    const onFault = ({ message }: Error): void => this.#toolbar.tell(message, true);
    this.#conflicts = new ConflictsPanel(onFault);
    this.#refused = new RefusedPanel(onFault);
    this.#storage = new StoragePanel({
      count: () => data.storage(),
      onCounted: ({ byKey }) => {
        this.#counted = byKey;
        onChange();
      },
    });
    const panels = [
      { id: 'records', title: 'Records', root: this.#records.root },
      { id: 'waiting', title: 'Waiting', root: this.#waiting.root },
      { id: 'conflicts', title: 'Conflicts', root: this.#conflicts.root },
      { id: 'refused', title: 'Refused', root: this.#refused.root },
      { id: 'storage', title: 'Storage', root: this.#storage.root },
    ];
    this.#tabs = new Tabs('Details', panels, (id) => {
      if (id === 'storage') this.#storage.open();
      onChange();
    });
    this.root = make(
      'div',
      { class: 'inspector' },
      this.#toolbar.root,
      this.#maps.root,
      this.#line.root,
      this.#tabs.root,
    );
    this.#feed = new SyncFeed({ sync: data.sync, page, onChange, onMoved: () => this.#looks.lookAtCloud() });
    this.#resizes = new ResizeObserver(onChange);
    this.#resizes.observe(this.root);
    this.#tick();
  }

  /** Ends everything: from here on nothing of it runs. */
  close(): void {
    this.#isClosed = true;
    this.#feed.close();
    this.#looks.close();
    this.#resizes.disconnect();
    this.#callOff?.();
    this.#page.clearTimer(this.#timer);
  }

  /** Whatever has changed, it is painted once. */
  #change(): void {
    if (this.#isClosed) return;
    this.#callOff ??= this.#page.nextFrame(() => {
      this.#callOff = null;
      this.#paint();
    });
  }

  /** Time goes on under the line of syncs. */
  #tick(): void {
    this.#timer = this.#page.setTimer(() => {
      this.#tick();
      this.#change();
    }, tickMs);
  }

  #paint(): void {
    const sync = this.#feed.sight;
    const tiers = this.#looks.sight;
    const keys = this.#keysOf(tiers);
    this.#toolbar.show(sync);
    this.#maps.fit();
    this.#maps.show(tiers, keys);
    this.#line.fit();
    this.#line.show(sync, this.#page.now());
    this.#records.show(tiers, keys, this.#tabs.shown === 'records');
    this.#waiting.show(sync.pending);
    this.#conflicts.show(sync.conflicts);
    this.#refused.show(sync.rejected);
    const badge = (count: number): string | null => (count === 0 ? null : countText(count));
    this.#tabs.count('waiting', badge(sync.pending.length));
    this.#tabs.count('conflicts', badge(sync.conflicts.length));
    this.#tabs.count('refused', badge(sync.rejected.length));
    setAll(this.root, { 'data-ready': tiers.number > 0 });
  }

  #keysOf(tiers: TierSight): readonly KeyTile[] {
    const of = [tiers.memory, tiers.local, tiers.cloud, this.#counted];
    const known = this.#tiles.of as typeof of | null;
    if (known === null || of.some((part, i) => part !== known[i])) {
      this.#tiles = { of, keys: keyTiles(tiers, this.#counted) };
    }
    return this.#tiles.keys;
  }

  #openKey(key: string): void {
    this.#tabs.show('records');
    this.#records.open(key);
  }
}
