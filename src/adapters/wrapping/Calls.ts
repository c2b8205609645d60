import { TierSyncError } from '../../errors.ts';

/** What is under way: work that takes a while before it reaches the store must not find it closed. */
export class Calls {
  readonly #running = new Set<Promise<unknown>>();
  #isClosed = false;

  async run<T>(work: () => Promise<T>): Promise<T> {
    this.checkOpen();
    const running = work();
    this.#running.add(running);
    try {
      return await running;
    } finally {
      this.#running.delete(running);
    }
  }

  checkOpen(): void {
    if (this.#isClosed) throw new TierSyncError('closed', 'this was closed; open it again');
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.allSettled(this.#running);
  }
}
