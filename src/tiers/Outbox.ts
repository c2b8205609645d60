import type { PendingRecord } from '../blob/KeyDraft.ts';
import { placeOf } from '../util/placeOf.ts';

export interface OutboxChange {
  /** What waits no more. */
  readonly gone: readonly PendingRecord[];
  /** What the cloud has refused just now. */
  readonly refused: readonly PendingRecord[];
}

/** What this device has changed and no cloud has confirmed, as the blobs say: a view of them in memory. */
export class Outbox {
  readonly #byKey = new Map<string, readonly PendingRecord[]>();
  readonly #byPlace = new Map<string, PendingRecord>();
  readonly #listeners = new Set<(change: OutboxChange) => void>();
  #lastOrder = 0;

  get size(): number {
    return this.#byPlace.size;
  }

  /** In the order in which they were made. */
  all(): PendingRecord[] {
    return [...this.#byPlace.values()].sort((a, b) => a.entry.order - b.entry.order);
  }

  /** How long the oldest change has waited; 0: there is none. */
  ageAt(now: number): number {
    const [oldest] = this.all();
    return oldest === undefined ? 0 : Math.max(0, now - oldest.entry.at);
  }

  get hasWaiting(): boolean {
    return this.all().some(({ entry }) => entry.rejected === null);
  }

  ofKey(entityKey: string): readonly PendingRecord[] {
    return this.#byKey.get(entityKey) ?? [];
  }

  keys(): string[] {
    return [...this.#byKey.keys()];
  }

  of(entityName: string, id: string): PendingRecord | undefined {
    return this.#byPlace.get(placeOf(entityName, id));
  }

  nextOrder(): number {
    this.#lastOrder += 1;
    return this.#lastOrder;
  }

  /** What a key holds of it now. */
  note(entityKey: string, pending: readonly PendingRecord[]): void {
    const before = this.#byKey.get(entityKey);
    if (before === undefined && pending.length === 0) return;
    for (const { entityName, id } of before ?? []) this.#byPlace.delete(placeOf(entityName, id));
    for (const one of pending) {
      this.#byPlace.set(placeOf(one.entityName, one.id), one);
      this.#lastOrder = Math.max(this.#lastOrder, one.entry.order);
    }
    if (pending.length === 0) this.#byKey.delete(entityKey);
    else this.#byKey.set(entityKey, pending);
    const gone = (before ?? []).filter(({ entityName, id }) => this.of(entityName, id) === undefined);
    const wasRejected = new Set(
      (before ?? []).flatMap((one) => (one.entry.rejected ? [placeOf(one.entityName, one.id)] : [])),
    );
    const refused = pending.filter((one) => one.entry.rejected && !wasRejected.has(placeOf(one.entityName, one.id)));
    for (const listener of [...this.#listeners]) listener({ gone, refused });
  }

  onChange(listener: (change: OutboxChange) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}
