import type { Observable } from 'rxjs';
import { Watched } from './Watched.ts';

/** What was looked at and never listened to: a rendering that was given up. */
const idleAtMost = 20;

/** Whoever asks for the same while somebody has it gets the same; it is let go with its last listener. */
export class WatchedCache {
  readonly #watched = new Map<string, Watched<unknown>>();
  readonly #idle = new Set<string>();

  of<T>(key: string, open: () => Observable<T>): Watched<T> {
    const found = this.#watched.get(key) as Watched<T> | undefined;
    if (found !== undefined) return found;
    const made = new Watched(open());
    this.#watched.set(key, made as Watched<unknown>);
    this.#idle.add(key);
    this.#dropIdle();
    return made;
  }

  listen(key: string, watched: Watched<unknown>, listener: () => void): () => void {
    this.#watched.set(key, watched);
    this.#idle.delete(key);
    const stop = watched.listen(listener);
    return () => {
      stop();
      if (!watched.isListenedTo) this.#drop(key, watched);
    };
  }

  /** Not what somebody waits for. */
  #dropIdle(): void {
    const surplus = [...this.#idle].slice(0, -idleAtMost);
    for (const key of surplus) {
      const watched = this.#watched.get(key) as Watched<unknown>;
      if (!watched.isListenedTo) this.#drop(key, watched);
    }
  }

  #drop(key: string, watched: Watched<unknown>): void {
    this.#idle.delete(key);
    if (this.#watched.get(key) === watched) this.#watched.delete(key);
    watched.close();
  }
}
