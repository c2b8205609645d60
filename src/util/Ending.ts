/** The end of something that others may still be waiting for: what is under way then is left behind. */
export class Ending {
  readonly #waiting = new Set<(reason: Error) => void>();
  #reason: Error | null = null;

  get isOver(): boolean {
    return this.#reason !== null;
  }

  end(reason: Error): void {
    this.#reason ??= reason;
    for (const giveUp of this.#waiting) giveUp(this.#reason);
    this.#waiting.clear();
  }

  throwIfOver(): void {
    if (this.#reason !== null) throw this.#reason;
  }

  /** Calls back with the reason, once. Returns how to stop that. */
  onEnd(work: (reason: Error) => void): () => void {
    if (this.#reason !== null) work(this.#reason);
    else this.#waiting.add(work);
    return () => this.#waiting.delete(work);
  }

  /** The outcome of the work, or the reason of the end, whichever is first. */
  before<T>(work: Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      // Not a race with one promise that lives as long as this: each would leave a reaction there.
      const forget = this.onEnd(reject);
      work.then(resolve, reject).finally(forget);
    });
  }
}
