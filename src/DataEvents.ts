import { Observable, type Subscriber } from 'rxjs';
import type { DataEvent } from './interfaces/DataEvent.ts';

type Listener = (event: DataEvent) => void;

const maxProblems = 100;

/**
 * The only way up. Events reach all listeners in the order they were emitted, also when a listener causes the next one.
 */
export class DataEvents {
  readonly #listeners = new Set<Listener>();
  readonly #waiting: DataEvent[] = [];
  #isDelivering = false;
  /** Damage is mostly found while loading, before anybody can listen: the stream begins with what was found so far. */
  readonly #problems: DataEvent[] = [];

  readonly #subscribers = new Set<Subscriber<DataEvent>>();

  readonly stream: Observable<DataEvent> = new Observable((subscriber) => {
    for (const problem of this.#problems) subscriber.next(problem);
    const stop = this.listen((event) => subscriber.next(event));
    this.#subscribers.add(subscriber);
    return () => {
      stop();
      this.#subscribers.delete(subscriber);
    };
  });

  get hasListeners(): boolean {
    return this.#listeners.size > 0;
  }

  /** Ends the stream for everybody; nobody hears anything any more. */
  close(): void {
    for (const subscriber of [...this.#subscribers]) subscriber.complete();
    this.#listeners.clear();
  }

  listen(listener: Listener): () => void {
    // Its own function object, so that one listener may be added twice.
    const added: Listener = (event) => listener(event);
    this.#listeners.add(added);
    return () => this.#listeners.delete(added);
  }

  emit(event: DataEvent): void {
    if (event.type === 'problem' && this.#problems.push(event) > maxProblems) this.#problems.shift();
    if (this.#listeners.size === 0) return;
    this.#waiting.push(event);
    if (this.#isDelivering) return;
    this.#isDelivering = true;
    try {
      for (let next = this.#waiting.shift(); next !== undefined; next = this.#waiting.shift()) {
        for (const listener of this.#listeners) deliver(listener, next);
      }
    } finally {
      this.#isDelivering = false;
      this.#waiting.length = 0;
    }
  }
}

/** A listener that throws is its author's to hear of; it keeps nothing from the others. */
function deliver(listener: Listener, event: DataEvent): void {
  try {
    listener(event);
  } catch (error) {
    queueMicrotask(() => {
      throw error;
    });
  }
}
