/** Gives a lock back, so that the next one gets it. */
export type Release = () => void;

/** Messages from one tab to the others, as a BroadcastChannel carries them. */
export interface TabChannel {
  /** Reaches all other tabs with a channel of the same name, in the order of the posts. */
  post(message: unknown): void;
  /** Nothing is sent or heard any more. */
  close(): void;
}

/** Locks and messages among the tabs of one browser. When a tab is closed or crashes, its locks are free. */
export interface Tabs {
  /** Takes a lock, if no tab holds it. Null: some tab does. */
  tryLock(name: string): Promise<Release | null>;
  /** Waits until it is this tab's turn, and takes the lock. Rejects when the signal is aborted. */
  lock(name: string, signal: AbortSignal): Promise<Release>;
  /** Opens a channel; `onMessage` hears what other tabs post from now on. */
  channel(name: string, onMessage: (message: unknown) => void): TabChannel;
  /** Calls back when the page was frozen and may have missed messages. Returns a function that ends this. */
  onWake(work: () => void): () => void;
}
