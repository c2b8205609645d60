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

  /** The outcome of the work, or the reason of the end, whichever is first. */
  before<T>(work: Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      if (this.#reason !== null) return reject(this.#reason);
      // Not a race with one promise that lives as long as this: each would leave a reaction there.
      this.#waiting.add(reject);
      work.then(resolve, reject).finally(() => this.#waiting.delete(reject));
    });
  }
}
