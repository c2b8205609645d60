/** How a reader asks for keys that are not in memory yet. */
export interface Loading {
  /** Until it is known which keys there are, or that this is not to be had now. */
  known(): Promise<void>;
  load(entityKeys: Iterable<string>): Promise<void>;
  /** Loads what can be loaded; a key that only a newer version can read is left out. */
  loadReadable(entityKeys: Iterable<string>): Promise<void>;
}
