import { webTabs } from '../adapters/webTabs.ts';
import type { DataEvents } from '../DataEvents.ts';
import type { Environment } from '../interfaces/Environment.ts';
import type { Tabs } from '../interfaces/Tabs.ts';
import { MemorySide } from '../sync/MemorySide.ts';
import type { Sent } from '../tabs/messages.ts';
import { TabChanges } from '../tabs/TabChanges.ts';
import { TabLink } from '../tabs/TabLink.ts';
import type { LocalPart } from './LocalPart.ts';

export interface TabsPartOptions {
  readonly local: LocalPart;
  readonly events: DataEvents;
  readonly environment: Environment;
}

export interface OpenTabsOptions {
  readonly sharedAs: string;
  readonly keyPrefix: string;
  readonly createId: (size: number) => string;
  readonly tabs: Tabs | undefined;
}

/** What the tab of an app has more whose local tier other tabs may have open, too. */
export class TabsPart {
  readonly changes: TabChanges;
  readonly #stopListening: (() => void)[];

  constructor(link: TabLink, { local, events, environment }: TabsPartOptions) {
    const { tier, loader, flusher, metadata, outbox, conflicts } = local;
    const memory = new MemorySide({ local: tier, loader, flusher, metadata, events });
    this.changes = new TabChanges({
      link,
      local: tier,
      memory,
      loader,
      flusher,
      metadata,
      outbox,
      conflicts,
      environment,
    });
    this.#stopListening = [
      link.listen((message) => this.#hear(message)),
      link.tabs.onWake(() => this.#compare()),
      () => this.changes.close(),
      () => link.close(),
    ];
  }

  close(): void {
    for (const stop of this.#stopListening) stop();
  }

  #hear(message: Sent | null): void {
    if (message === null) this.#compare();
    else if (message.type === 'stored') this.changes.hear(message.keys);
  }

  /** What cannot be read now is looked at again by itself. */
  #compare(): void {
    this.changes.compare().catch(() => {});
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
