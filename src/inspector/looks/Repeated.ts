import type { Page } from '../page.ts';

export interface RepeatedOptions {
  readonly page: Page;
  /** So much time lies between two, at least. */
  readonly everyMs: number;
  readonly work: () => Promise<void>;
}

/** Work that is asked for often and done one at a time, the last time after the last asking. */
export class Repeated {
  readonly #o: RepeatedOptions;
  #isAsked = false;
  #isBusy = false;
  #isClosed = false;
  #timer: unknown = null;

  constructor(options: RepeatedOptions) {
    this.#o = options;
  }

  ask(): void {
    this.#isAsked = true;
    if (!this.#isBusy) void this.#run();
  }

  close(): void {
    this.#isClosed = true;
    this.#o.page.clearTimer(this.#timer);
  }

  async #run(): Promise<void> {
    this.#isBusy = true;
    this.#isAsked = false;
    // What fails is asked for again with the next change; there is nothing else to do about a look.
    await this.#o.work().catch(() => {});
    if (this.#isClosed) return;
    this.#timer = this.#o.page.setTimer(() => {
      this.#isBusy = false;
      if (this.#isAsked) void this.#run();
    }, this.#o.everyMs);
  }
}
