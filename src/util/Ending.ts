/** The end of something that others may still be waiting for: what is under way then is left behind. */
export class Ending {
  readonly #ended: Promise<never>;
  #reject: (reason: Error) => void = () => {};
  #isOver = false;

  constructor() {
    this.#ended = new Promise((_, reject) => {
      this.#reject = reject;
    });
    this.#ended.catch(() => {});
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  end(reason: Error): void {
    this.#isOver = true;
    this.#reject(reason);
  }

  /** The outcome of the work, or the reason of the end, whichever is first. */
  before<T>(work: Promise<T>): Promise<T> {
    return Promise.race([work, this.#ended]);
  }
}
