/** What becomes of the data on this device when it is unloaded; it stays unless told. */
export interface UnloadOptions {
  /** Also remove everything that this prefix holds on this device. */
  readonly clearLocal?: boolean;
  /** Needed with `clearLocal` where no other tier holds the data. */
  readonly discardUnsynced?: boolean;
}

/** How long `flush('cloud')` waits. */
export interface FlushOptions {
  /** Rejects when the cloud has not confirmed by then. Nothing is lost by that. */
  readonly timeoutMs?: number;
}
