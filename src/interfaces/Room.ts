/** Makes room on the device for new data. */
export interface Room {
  /** Evicts what exceeds the `quota` of the app, if there is one. */
  keepWithin(): Promise<void>;
  /** The device is full: evicts what can be. Resolves to whether anything was evicted. */
  makeRoom(): Promise<boolean>;
}
