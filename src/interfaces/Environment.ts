import type { DeviceStorage } from './Storage.ts';
import type { Tabs } from './Tabs.ts';

/** What of the outside everything needs. */
export interface Basics {
  /** Milliseconds since 1970. */
  now(): number;
  /** A text of that many characters from `A-Za-z0-9_-`. */
  createId(size: number): string;
  /** False only where it is certain that there is no network. */
  isOnline(): boolean;
  /** A timer that does not keep the process alive. */
  setTimer(work: () => void, ms: number): unknown;
  clearTimer(handle: unknown): void;
}

/** Everything that comes from outside, so that a year of use can be tested in a millisecond. */
export interface Environment extends Basics {
  /** At least 0, below 1. */
  random(): number;
  /** Calls back when the page is hidden or the process is about to end; returns how to stop that. */
  onHidden(work: () => void): () => void;
  /** Calls back when the network is there again, and where that is known, when it is gone; returns how to stop. */
  onOnline(work: () => void): () => void;
  /** What the device says of its storage; null: nothing. */
  storage?(): DeviceStorage | null;
  /** The other tabs. Left out: Web Locks and a BroadcastChannel, where the platform has both. */
  readonly tabs?: Tabs;
}
