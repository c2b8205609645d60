import type { Release, Tabs } from '../interfaces/Tabs.ts';

interface Page {
  readonly navigator?: { readonly locks?: LockManager };
  readonly document?: EventTarget;
  readonly BroadcastChannel?: typeof BroadcastChannel;
  addEventListener?(type: string, work: (event: Event) => void, until: { readonly signal: AbortSignal }): void;
}

/** The other tabs of this browser, by Web Locks and BroadcastChannel. Null: the platform lacks one of them. */
export function webTabs(): Tabs | null {
  const page = globalThis as Page;
  const locks = page.navigator?.locks;
  const Channel = page.BroadcastChannel;
  if (locks === undefined || Channel === undefined) return null;
  return {
    tryLock: (name) => hold(locks, name, { ifAvailable: true }),
    lock: (name, signal) => hold(locks, name, { signal }) as Promise<Release>,
    channel(name, onMessage) {
      const channel = new Channel(name);
      channel.onmessage = ({ data }) => onMessage(data);
      // Node only: a channel that listens must not keep a finished program alive.
      (channel as { unref?: () => void }).unref?.();
      return { post: (message) => channel.postMessage(message), close: () => channel.close() };
    },
    onWake(work) {
      const listening = new AbortController();
      page.document?.addEventListener('resume', work, listening);
      const shown = (event: Event): void => {
        if ((event as PageTransitionEvent).persisted) work();
      };
      page.addEventListener?.('pageshow', shown, listening);
      return () => listening.abort();
    },
  };
}

/** A lock is held for as long as the promise of its holder is open. */
function hold(locks: LockManager, name: string, options: LockOptions): Promise<Release | null> {
  return new Promise((resolve, reject) => {
    const holding = (lock: Lock | null): Promise<void> | undefined => {
      if (lock === null) {
        resolve(null);
        return undefined;
      }
      return new Promise((release) => resolve(release));
    };
    locks.request(name, options, holding).catch(reject);
  });
}
