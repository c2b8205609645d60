import type { DeviceStorage } from './Storage.ts';
import type { Tabs } from './Tabs.ts';

/** The part of the outside world that every app needs, with or without a cloud. */
export interface Basics {
  /** Milliseconds since 1970. */
  now(): number;
  /** A random text of that many characters from `A-Za-z0-9_-`. */
  createId(size: number): string;
  /** `false` only if it is certain that there is no network. */
  isOnline(): boolean;
  /** Calls `work` once, after `ms`, and returns a handle for `clearTimer`. Must not keep the process alive. */
  setTimer(work: () => void, ms: number): unknown;
  /** Stops a timer; harmless if it has fired. */
  clearTimer(handle: unknown): void;
}

/**
 * Everything the library takes from the outside world: clock, randomness, timers, network, tabs. Pass parts of your own to
 * `load({ environment })`, for instance a clock that a test moves by hand.
 */
export interface Environment extends Basics {
  /** A number of at least 0 and below 1, as `Math.random` gives. */
  random(): number;
  /** Calls back when the page is hidden or the process is about to end. Returns a function that ends this. */
  onHidden(work: () => void): () => void;
  /** Calls back when the network is back, and if that can be known, when it is gone. Returns a function that ends this. */
  onOnline(work: () => void): () => void;
  /** How much the device lets the app store; null: it does not say. Default: `navigator.storage`. */
  storage?(): DeviceStorage | null;
  /** Locks and messages among the tabs of a browser. Default: Web Locks and BroadcastChannel, if there are both. */
  readonly tabs?: Tabs;
}
