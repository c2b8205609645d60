import { webTabs } from '../adapters/webTabs.ts';
import type { DataEvents } from '../DataEvents.ts';
import type { Environment } from '../interfaces/Environment.ts';
import type { SyncOptions } from '../interfaces/SyncTypes.ts';
import type { Tabs } from '../interfaces/Tabs.ts';
import type { SyncEngine } from '../SyncEngine.ts';
import type { AttachedCloud } from '../sync/AttachedCloud.ts';
import { MemorySide } from '../sync/MemorySide.ts';
import type { Cloud } from '../sync/openCloud.ts';
import type { Sent } from '../tabs/messages.ts';
import { TabChanges } from '../tabs/TabChanges.ts';
import { TabLink } from '../tabs/TabLink.ts';
import type { LocalPart } from './LocalPart.ts';
import type { AttachOptions } from './linkOptions.ts';
import type { TabCloud } from './TabCloud.ts';

export interface TabsPartOptions {
  readonly local: LocalPart;
  readonly events: DataEvents;
  readonly environment: Environment;
  readonly engine: SyncEngine;
}

export interface OpenTabsOptions {
  readonly sharedAs: string;
  readonly keyPrefix: string;
  readonly createId: (size: number) => string;
  readonly tabs: Tabs | undefined;
}

/** What the tab of an app has more whose local tier other tabs may have open, too. */
export class TabsPart {
  readonly #o: TabsPartOptions;
  readonly #link: TabLink;
  readonly #changes: TabChanges;
  readonly #stopListening: (() => void)[];
  #cloud: TabCloud | null = null;

  constructor(link: TabLink, options: TabsPartOptions) {
    const { local, events, environment, engine } = options;
    const { tier, loader, flusher, metadata, outbox, conflicts } = local;
    const memory = new MemorySide({ local: tier, loader, flusher, metadata, events });
    const parts = { link, local: tier, memory, loader, flusher, metadata, outbox, conflicts, environment };
    this.#o = options;
    this.#link = link;
    this.#changes = new TabChanges({ ...parts, onTaken: () => engine.noteEdit() });
    this.#stopListening = [
      link.listen((message) => this.#hear(message)),
      link.onWake(() => this.#wake()),
      () => this.#changes.close(),
      () => link.close(),
    ];
  }

  /** A cloud that the other tabs may have attached, too. */
  async attach(cloud: Cloud, options: SyncOptions, parts: AttachOptions): Promise<AttachedCloud> {
    const { TabCloud } = await import('./TabCloud.ts');
    const tabCloud = await TabCloud.attach({ cloud, options, parts, tabs: this.#link, changes: this.#changes });
    this.#cloud = tabCloud;
    tabCloud.greet();
    return tabCloud;
  }

  close(): void {
    for (const stop of this.#stopListening) stop();
  }

  #hear(message: Sent | null): void {
    if (message === null) this.#compare();
    else if (message.type === 'stored') this.#changes.hear(message.keys);
    else if (message.type === 'noted') this.#o.local.cloud.noted().catch(() => {});
    else if (message.type === 'cleared') this.#o.local.leave();
    else this.#cloud?.hear(message);
  }

  #wake(): void {
    this.#compare();
    this.#cloud?.woke();
  }

  /** What cannot be read now is looked at again by itself. */
  #compare(): void {
    this.#changes.compare().catch(() => {});
  }
}

/** The connection with the others, and how all else is put together with it. */
export interface OpenedTabs {
  readonly link: TabLink;
  join(options: TabsPartOptions): TabsPart;
}

/** Null: this platform lets tabs know nothing of each other. */
export function openTabs({
  sharedAs,
  keyPrefix,
  createId,
  tabs = webTabs() ?? undefined,
}: OpenTabsOptions): OpenedTabs | null {
  if (tabs === undefined) return null;
  const link = new TabLink({ tabs, name: `${sharedAs}:${keyPrefix}`, id: createId(16) });
  return { link, join: (options) => new TabsPart(link, options) };
}
