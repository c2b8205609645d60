// biome-ignore-all lint/suspicious/noExplicitAny: the original text is untyped inside, and so is this build of it
import { QuickStartStore } from '../support/QuickStartStore.ts';

/** A store that keeps the tombstones, as the adapters of those who used it did. */
export class TombstoneStore extends QuickStartStore {
  private readonly now: () => number;

  constructor(now: () => number) {
    super();
    this.now = now;
  }

  override delete(key: string, entityName: string, id: string): void {
    const blob = this.blobs[key];
    if (!blob?.[entityName]?.[id]) return;
    delete blob[entityName][id];
    blob.deleted ??= {};
    blob.deleted[entityName] ??= {};
    blob.deleted[entityName][id] = new Date(this.now());
  }
}
