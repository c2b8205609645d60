/** Gives a lock back. */
export type Release = () => void;

/** The way of one tab to the others. */
export interface TabChannel {
  /** Reaches all other tabs that listen under the name of the channel, in the order in which this one posts. */
  post(message: unknown): void;
  close(): void;
}

/** What the tabs of one browser have in common beside the data. A tab that is gone holds no lock. */
export interface Tabs {
  /** Takes a lock that one tab holds at a time. Null: another one has it. */
  tryLock(name: string): Promise<Release | null>;
  /** The same, when it is this one's turn. Rejects when that is called off. */
  lock(name: string, signal: AbortSignal): Promise<Release>;
  /** What the others post is heard from now on. */
  channel(name: string, onMessage: (message: unknown) => void): TabChannel;
  /** Calls back when messages may have been missed, because the page was frozen; returns how to stop that. */
  onWake(work: () => void): () => void;
}
