import type { Release, TabChannel, Tabs } from '../../src/interfaces/Tabs.ts';

interface Waiting {
  readonly tab: TestTab;
  readonly give: () => void;
}

/** What the tabs of one browser have in common, in a test's hand. Messages come in a later turn, as they do in one. */
export class TestBrowser {
  readonly channels = new Map<string, Set<{ readonly tab: TestTab; readonly hear: (message: unknown) => void }>>();
  readonly holders = new Map<string, TestTab>();
  readonly waiting: (Waiting & { readonly name: string })[] = [];
  /** All that was said, by whom. */
  readonly said: { readonly tab: TestTab; readonly message: { readonly type?: string } }[] = [];

  open(): TestTab {
    return new TestTab(this);
  }

  /** The next who waits for the lock has it. */
  passOn(name: string): void {
    this.holders.delete(name);
    const at = this.waiting.findIndex((one) => one.name === name);
    if (at < 0) return;
    const [next] = this.waiting.splice(at, 1);
    this.holders.set(name, next!.tab);
    next!.give();
  }
}

/** One tab: it can be killed, frozen, and kept from hearing or saying something. */
export class TestTab implements Tabs {
  readonly browser: TestBrowser;
  isDead = false;
  /** What it says reaches nobody. */
  isMute = false;
  isDeaf = false;
  readonly #wakeListeners = new Set<() => void>();

  constructor(browser: TestBrowser) {
    this.browser = browser;
  }

  // As fields: a test hands them on one by one.
  readonly tryLock = async (name: string): Promise<Release | null> => {
    if (this.browser.holders.has(name)) return null;
    this.browser.holders.set(name, this);
    return () => this.#release(name);
  };

  readonly lock = async (name: string, signal: AbortSignal): Promise<Release> => {
    const held = await this.tryLock(name);
    if (held !== null) return held;
    return new Promise((resolve, reject) => {
      const leave = (): void => {
        const at = this.browser.waiting.indexOf(waiting);
        if (at >= 0) this.browser.waiting.splice(at, 1);
        reject(signal.reason);
      };
      const give = (): void => {
        signal.removeEventListener('abort', leave);
        resolve(() => this.#release(name));
      };
      const waiting = { name, tab: this, give };
      this.browser.waiting.push(waiting);
      signal.addEventListener('abort', leave);
    });
  };

  readonly channel = (name: string, onMessage: (message: unknown) => void): TabChannel => {
    const { channels, said } = this.browser;
    const all = channels.get(name) ?? new Set();
    channels.set(name, all);
    const own = { tab: this, hear: onMessage };
    all.add(own);
    return {
      post: (message) => {
        if (this.isDead) return;
        said.push({ tab: this, message: message as { readonly type?: string } });
        if (this.isMute) return;
        const copy = structuredClone(message);
        for (const other of [...all]) {
          if (other === own || other.tab.isDeaf) continue;
          queueMicrotask(() => {
            if (!other.tab.isDead && all.has(other)) other.hear(structuredClone(copy));
          });
        }
      },
      close: () => void all.delete(own),
    };
  };

  readonly onWake = (work: () => void): (() => void) => {
    this.#wakeListeners.add(work);
    return () => this.#wakeListeners.delete(work);
  };

  /** It was frozen, and hears again. */
  wake(): void {
    this.isDeaf = false;
    for (const work of [...this.#wakeListeners]) work();
  }

  /** It is gone, without a word. */
  kill(): void {
    const { browser } = this;
    this.isDead = true;
    browser.waiting.splice(0, browser.waiting.length, ...browser.waiting.filter(({ tab }) => tab !== this));
    for (const [name, holder] of [...browser.holders]) if (holder === this) browser.passOn(name);
  }

  #release(name: string): void {
    if (this.browser.holders.get(name) === this) this.browser.passOn(name);
  }
}
