import { Observable, type Subscriber, type TeardownLogic } from 'rxjs';
import type { TierSyncError } from './errors.ts';

/** What ends at one moment: its streams are complete then, and what is asked for afterwards can be refused. */
export class Lifespan {
  readonly #refusal: () => TierSyncError;
  readonly #subscribers = new Set<Subscriber<never>>();
  #isOver = false;

  constructor(refusal: () => TierSyncError) {
    this.#refusal = refusal;
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  assertOpen(): void {
    if (this.#isOver) throw this.#refusal();
  }

  stream<T>(begin: (subscriber: Subscriber<T>) => TeardownLogic): Observable<T> {
    return new Observable((subscriber) => {
      this.#subscribers.add(subscriber);
      subscriber.add(() => this.#subscribers.delete(subscriber));
      return begin(subscriber);
    });
  }

  end(): void {
    this.#isOver = true;
    for (const subscriber of [...this.#subscribers]) subscriber.complete();
  }
}
