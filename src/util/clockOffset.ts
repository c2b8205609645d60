/** What takes longer, a device that slept meanwhile for one, tells too little of when it was answered. */
const patienceMs = 60_000;

/**
 * How far another clock is ahead of ours, by what it said somewhere between our question and its answer; `known`, where
 * that was too long, or our own clock was set back meanwhile.
 */
export function clockOffset(theirs: number, asked: number, answered: number, known: number | null): number | null {
  const tookMs = answered - asked;
  return tookMs < 0 || tookMs > patienceMs ? known : Math.round(theirs - (asked + answered) / 2);
}
