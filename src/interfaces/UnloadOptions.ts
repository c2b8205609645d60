/** What happens to the data on this device at `unload`. Without options it stays. */
export interface UnloadOptions {
  /** `true`: everything under this prefix is removed from this device, for instance when a user signs out. */
  readonly clearLocal?: boolean;
  /** `true`: clears also what no other tier holds. Without it, `clearLocal` then rejects with `unsynced`. */
  readonly discardUnsynced?: boolean;
}

/** How long `flush('cloud')` waits. */
export interface FlushOptions {
  /** Reject with `unavailable` if the cloud has not confirmed after this time. The edits stay and go on being sent. */
  readonly timeoutMs?: number;
}
