import type { Observable } from 'rxjs';
import { closedError } from './errors.ts';
import type { DataEvent } from './interfaces/DataEvent.ts';
import { Lifespan } from './Lifespan.ts';

interface Listening {
  readonly listener: (event: DataEvent) => void;
  /** How many events there had been when it began: those it does not hear, delivered or not. */
  readonly since: number;
}

const maxProblems = 100;

/**
 * The only way up. Events reach all listeners in the order they were emitted, also when a listener causes the next one;
 * who listens hears what is emitted from then on.
 */
export class DataEvents {
  readonly #listening = new Set<Listening>();
  readonly #waiting: DataEvent[] = [];
  #emitted = 0;
  #holds = 0;
  #isDelivering = false;
  readonly #deferred: (() => void)[] = [];
  readonly #life = new Lifespan(closedError);
  readonly #watches = new Set<{ readonly entityName: string }>();
  /** Damage is mostly found while loading, before anybody can listen: the stream begins with what was found so far. */
  readonly #problems: DataEvent[] = [];

  readonly stream: Observable<DataEvent> = this.#life.stream((subscriber) => {
    if (this.#life.isOver) return subscriber.complete();
    for (const problem of [...this.#problems]) subscriber.next(problem);
    return this.listen((event) => {
      if (event.type === 'changed') Object.freeze(event.changes);
      subscriber.next(event);
    });
  });

  /** Ends the stream for everybody; nobody hears anything any more. */
  close(): void {
    this.#life.end();
    this.#listening.clear();
  }

  listen(listener: (event: DataEvent) => void): () => void {
    const listening = { listener, since: this.#emitted };
    this.#listening.add(listening);
    return () => this.#listening.delete(listening);
  }

  /** Somebody wants to hear of every change of that name, wherever it happens. Returns how to end that. */
  watch(entityName: string): () => void {
    const watch = { entityName };
    this.#watches.add(watch);
    return () => this.#watches.delete(watch);
  }

  /** The names that somebody watches, as of now. */
  watched(): ReadonlySet<string> {
    return new Set([...this.#watches].map(({ entityName }) => entityName));
  }

  emit(event: DataEvent): void {
    this.#emitted++;
    if (event.type === 'problem' && this.#problems.push(event) > maxProblems) this.#problems.shift();
    if (this.#listening.size === 0) return;
    this.#waiting.push(event);
    if (this.#isDelivering) return;
    this.#isDelivering = true;
    while (this.#waiting.length > 0) {
      const number = this.#emitted - this.#waiting.length;
      const next = this.#waiting.shift() as DataEvent;
      // Who is taken out on the way is not reached; who comes in is, and is too late for this one.
      for (const listening of this.#listening) if (listening.since <= number) deliver(listening, next);
    }
    this.#isDelivering = false;
    this.#settle();
  }

  /** Until as many calls of `release`, what is in memory may yet be taken back. */
  hold(): void {
    this.#holds++;
  }

  release(): void {
    this.#holds--;
    this.#settle();
  }

  /** Runs the work when memory and what was told of it agree: at once, or after the step or the delivery under way. */
  whenSettled(work: () => void): void {
    if (this.#holds === 0 && !this.#isDelivering) work();
    else this.#deferred.push(work);
  }

  #settle(): void {
    while (this.#deferred.length > 0 && this.#holds === 0 && !this.#isDelivering) {
      (this.#deferred.shift() as () => void)();
    }
  }
}

/** A listener that throws is its author's to hear of; it keeps nothing from the others. */
function deliver({ listener }: Listening, event: DataEvent): void {
  try {
    listener(event);
  } catch (error) {
    queueMicrotask(() => {
      throw error;
    });
  }
}
