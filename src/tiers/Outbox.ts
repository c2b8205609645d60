import type { PendingRecord, WaitingChange } from '../blob/KeyDraft.ts';
import { getOrAdd } from '../util/getOrAdd.ts';
import { PlaceMap } from '../util/PlaceMap.ts';

export interface OutboxChange {
  /** What waits no more. */
  readonly gone: readonly PendingRecord[];
  /** What the cloud has refused just now. */
  readonly refused: readonly PendingRecord[];
}

/** What this device has changed and no cloud has confirmed, as the blobs say: a view of them in memory. */
export class Outbox {
  readonly #byKey = new Map<string, PlaceMap<PendingRecord>>();
  readonly #all = new PlaceMap<PendingRecord>();
  readonly #listeners = new Set<(change: OutboxChange) => void>();
  #lastOrder = 0;

  get size(): number {
    return this.#all.size;
  }

  /** In the order in which they were made. */
  all(): PendingRecord[] {
    return [...this.#all.values()].sort((a, b) => a.entry.order - b.entry.order);
  }

  /** How long the oldest change has waited; 0: there is none. */
  ageAt(now: number): number {
    let oldest: PendingRecord | undefined;
    for (const one of this.#all.values()) if (!oldest || one.entry.order < oldest.entry.order) oldest = one;
    return oldest === undefined ? 0 : Math.max(0, now - oldest.entry.at);
  }

  get hasWaiting(): boolean {
    for (const { entry } of this.#all.values()) if (entry.rejected === null) return true;
    return false;
  }

  isWaitingIn(entityKey: string): boolean {
    return this.#byKey.has(entityKey);
  }

  ofKey(entityKey: string): PendingRecord[] {
    return [...(this.#byKey.get(entityKey)?.values() ?? [])];
  }

  keys(): string[] {
    return [...this.#byKey.keys()];
  }

  of(entityName: string, id: string): PendingRecord | undefined {
    return this.#all.get(entityName, id);
  }

  nextOrder(): number {
    this.#lastOrder += 1;
    return this.#lastOrder;
  }

  /** All that a key holds of it now. */
  note(entityKey: string, pending: readonly PendingRecord[]): void {
    const now = new PlaceMap<PendingRecord>();
    for (const one of pending) now.set(one.entityName, one.id, one);
    const before = this.#byKey.get(entityKey)?.places() ?? [];
    const gone = [...before].filter(([entityName, id]) => !now.has(entityName, id));
    this.noteChanges(entityKey, [
      ...gone.map(([entityName, id]): WaitingChange => [entityName, id, undefined]),
      ...pending.map((one): WaitingChange => [one.entityName, one.id, one]),
    ]);
  }

  /** What a key holds of it now at some places. */
  noteChanges(entityKey: string, changes: Iterable<WaitingChange>): void {
    const ofKey = getOrAdd(this.#byKey, entityKey, () => new PlaceMap<PendingRecord>());
    const gone: PendingRecord[] = [];
    const refused: PendingRecord[] = [];
    let hasChanged = false;
    for (const [entityName, id, pending] of changes) {
      const before = ofKey.get(entityName, id);
      if (pending === before) continue;
      hasChanged = true;
      if (pending === undefined) {
        ofKey.delete(entityName, id);
        this.#all.delete(entityName, id);
        gone.push(before as PendingRecord);
      } else {
        ofKey.set(entityName, id, pending);
        this.#all.set(entityName, id, pending);
        this.#lastOrder = Math.max(this.#lastOrder, pending.entry.order);
        if (pending.entry.rejected && !before?.entry.rejected) refused.push(pending);
      }
    }
    if (ofKey.size === 0) this.#byKey.delete(entityKey);
    if (hasChanged) for (const listener of [...this.#listeners]) listener({ gone, refused });
  }

  onChange(listener: (change: OutboxChange) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}
