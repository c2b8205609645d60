/** What of the page an inspector needs besides its own element. */
export interface Page {
  /** Milliseconds since 1970. */
  now(): number;
  setTimer(work: () => void, ms: number): unknown;
  clearTimer(timer: unknown): void;
  /** Before the page is painted next; returns how to call it off. A page that nobody sees is not painted. */
  nextFrame(work: () => void): () => void;
}

/** The only place of the inspector that reads the clock or sets a timer. */
export const page: Page = {
  now: () => Date.now(),
  setTimer: (work, ms) => setTimeout(work, ms),
  clearTimer: (timer) => clearTimeout(timer as ReturnType<typeof setTimeout>),
  nextFrame(work) {
    const frame = requestAnimationFrame(work);
    return () => cancelAnimationFrame(frame);
  },
};
