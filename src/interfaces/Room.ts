/** Sees to it that there is room on the device for what is to be stored. */
export interface Room {
  /** Keeps to what the app has said the data may take. */
  keepWithin(): Promise<void>;
  /** The device is full. Resolves to whether there is room now that there was not. */
  makeRoom(): Promise<boolean>;
}
