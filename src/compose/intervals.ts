import type { Intervals } from '../interfaces/OrchestratorOptions.ts';

export const defaultIntervals: Intervals = Object.freeze({
  // Short enough to lose little, and long enough to write once while somebody types.
  localQuietMs: 500,
  localMaxMs: 3_000,
  // A cloud is asked and paid by the request: a pause in the work is a good moment, a minute is what one may lose sight of.
  cloudQuietMs: 10_000,
  cloudMaxMs: 60_000,
  pullMs: 300_000,
});
