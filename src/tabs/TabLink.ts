import type { KeyDraft } from '../blob/KeyDraft.ts';
import type { Release, TabChannel, Tabs } from '../interfaces/Tabs.ts';
import { growthOf, Unexplained } from '../tiers/Unexplained.ts';
import type { Summaries, Witness } from '../tiers/Witness.ts';
import { opened, type Sent, type StoredKey, sealed, type TabMessage } from './messages.ts';

export interface TabLinkOptions {
  readonly tabs: Tabs;
  /** The same for all tabs that share the data, and for no others. */
  readonly name: string;
  /** A name for this tab. */
  readonly id: string;
}

type Listener = (message: Sent | null) => void;

const placesAtMost = 1_000;

/** The connection of one tab with the others that have the same data open. */
export class TabLink implements Witness {
  readonly id: string;
  readonly unexplained: Unexplained = new Unexplained();
  readonly #name: string;
  readonly #tabs: Tabs;
  readonly #channel: TabChannel;
  readonly #listeners = new Set<Listener>();
  /** What came before anybody listened: something may have been stored after it was read here. */
  #early: (Sent | null)[] = [];

  constructor({ tabs, name, id }: TabLinkOptions) {
    this.id = id;
    this.#name = name;
    this.#tabs = tabs;
    this.#channel = tabs.channel(name, (raw) => this.#hear(opened(raw)));
  }

  /** Null is something that a tab of another version has said. */
  listen(listener: Listener): () => void {
    this.#listeners.add(listener);
    for (const message of this.#early.splice(0)) listener(message);
    return () => this.#listeners.delete(listener);
  }

  /** The lock of the tab that talks to the cloud. Null: another one has it. */
  tryLock(): Promise<Release | null> {
    return this.#tabs.tryLock(`${this.#name}cloud`);
  }

  /** The same, when it is this one's turn. */
  lock(signal: AbortSignal): Promise<Release> {
    return this.#tabs.lock(`${this.#name}cloud`, signal);
  }

  /** Calls back when messages may have been missed. */
  onWake(work: () => void): () => void {
    return this.#tabs.onWake(work);
  }

  post(message: TabMessage): void {
    this.#channel.post(sealed(this.id, message));
  }

  close(): void {
    this.#listeners.clear();
    this.#channel.close();
  }

  stored(drafts: ReadonlyMap<string, KeyDraft>, before: Summaries): void {
    const keys = [...drafts].map(([entityKey, draft]): StoredKey => {
      const places = [...draft.latest()].map(([entityName, id]) => [entityName, id] as const);
      const growth = growthOf(before.get(entityKey), draft.summary());
      return { entityKey, growth, places: places.length > placesAtMost ? null : places };
    });
    if (keys.length > 0) this.post({ type: 'stored', keys });
  }

  noted(): void {
    this.post({ type: 'noted' });
  }

  cleared(): void {
    this.post({ type: 'cleared' });
  }

  compare(before: Summaries, after: Summaries): void {
    this.unexplained.compare(before, after);
  }

  #hear(message: Sent | null): void {
    if (this.#listeners.size === 0) this.#early.push(message);
    else for (const listener of [...this.#listeners]) listener(message);
  }
}
