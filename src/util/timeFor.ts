/** In bytes a millisecond. What carries less is no network to wait for. */
const slowest = 8;
/** What is smaller travels in the time that any call has. */
const small = 64 * 1024;

/**
 * How long a call may take in which so many bytes travel, and which may take so long without them. Where the network is
 * slow, a large one that is given up would be begun anew for ever.
 */
export const timeFor = (bytes: number, leastMs: number): number =>
  leastMs + Math.ceil(Math.max(0, bytes - small) / slowest);
