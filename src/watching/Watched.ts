import type { Observable, Subscription } from 'rxjs';

/** What is known of a stream. */
export type WatchResult<T> =
  | { readonly status: 'loading'; readonly data: undefined; readonly error: null }
  | { readonly status: 'ready'; readonly data: T; readonly error: null }
  /** `data` is what came before it failed. */
  | { readonly status: 'error'; readonly data: T | undefined; readonly error: unknown };

export const loading: WatchResult<never> = Object.freeze({ status: 'loading', data: undefined, error: null });

/** The latest value of a stream, for those who look at it and those who are told. The same object until it changes. */
export class Watched<T> {
  readonly #source: Observable<T>;
  readonly #listeners = new Set<() => void>();
  #result: WatchResult<T> = loading;
  #subscription: Subscription | null = null;
  #isOpen = false;

  constructor(source: Observable<T>) {
    this.#source = source;
  }

  /** What is there at once is seen at the first look. */
  get result(): WatchResult<T> {
    this.open();
    return this.#result;
  }

  get isListenedTo(): boolean {
    return this.#listeners.size > 0;
  }

  listen(listener: () => void): () => void {
    this.#listeners.add(listener);
    this.open();
    return () => this.#listeners.delete(listener);
  }

  /** Resolves when there is something to show, be it an error. */
  async settled(): Promise<void> {
    if (this.result.status !== 'loading') return;
    await new Promise<void>((resolve) => {
      const stop = this.listen(() => {
        stop();
        resolve();
      });
    });
  }

  open(): void {
    if (this.#isOpen) return;
    this.#isOpen = true;
    this.#subscription = this.#source.subscribe({
      next: (data) => this.#become({ status: 'ready', data, error: null }),
      error: (error: unknown) => this.#become({ status: 'error', data: this.#result.data, error }),
    });
  }

  /** What is known stays; the next look or listener opens it again. */
  close(): void {
    this.#isOpen = false;
    this.#subscription?.unsubscribe();
  }

  #become(result: WatchResult<T>): void {
    this.#result = Object.freeze(result);
    for (const listener of [...this.#listeners]) listener();
  }
}
