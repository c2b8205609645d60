import { BehaviorSubject, combineLatest, finalize, map, Observable } from 'rxjs';
import type { Entity, Store } from './shapes.ts';

/** `BehaviorSubject`s by `[entityKey][entityName][id]`, and by `[entityKey][entityName]` for collections. */
export class ObservableManager {
  private readonly single = new Map<string, BehaviorSubject<Entity | null>>();
  private readonly lists = new Map<string, Map<string, BehaviorSubject<Entity[]>>>();
  private readonly store: Store;

  constructor(store: Store) {
    this.store = store;
  }

  /** A subject that completed after its last observer left stays in the map: [D07]. */
  one(key: string, name: string, id: string): Observable<Entity | null> {
    const path = JSON.stringify([key, name, id]);
    const subject = this.single.get(path) ?? new BehaviorSubject<Entity | null>(this.store.get(key, name, id) ?? null);
    this.single.set(path, subject);
    return new Observable((observer) => {
      const subscription = subject.subscribe(observer);
      return () => {
        subscription.unsubscribe();
        if (!subject.observed) subject.complete();
      };
    });
  }

  /** Without keys `combineLatest` completes at once; the teardown drops all names of a key: both [D07]. */
  all(keys: string[], name: string): Observable<Entity[][]> {
    return combineLatest(keys.map((key) => this.list(key, name))).pipe(
      map((lists) => lists),
      finalize(() => {
        for (const key of keys) this.lists.delete(key);
      }),
    );
  }

  /** Only the user's own saves and deletes come here; what a sync brings does not: [D07]. */
  changed(key: string, name: string, id: string): void {
    this.single.get(JSON.stringify([key, name, id]))?.next(this.store.get(key, name, id) ?? null);
    this.lists.get(key)?.get(name)?.next(this.store.getAll(key, name));
  }

  private list(key: string, name: string): BehaviorSubject<Entity[]> {
    const names = this.lists.get(key) ?? new Map<string, BehaviorSubject<Entity[]>>();
    this.lists.set(key, names);
    const subject = names.get(name) ?? new BehaviorSubject<Entity[]>(this.store.getAll(key, name));
    names.set(name, subject);
    return subject;
  }
}
