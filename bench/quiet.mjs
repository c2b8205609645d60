/** An environment where nothing happens by itself: what a device does, it was told to do. */
export const quiet = { setTimer: () => null, clearTimer: () => {} };
