import { evictedIn } from '../blob/indexCounts.ts';
import type { DataEvents } from '../DataEvents.ts';
import type { FlushHandler } from '../FlushHandler.ts';
import type { KeyLoader } from '../KeyLoader.ts';
import type { MetadataManager } from '../MetadataManager.ts';
import { type Finding, isWithdrawal } from '../reconcile/Finding.ts';
import type { LocalSide } from './guardedLocal.ts';

export interface MemorySideOptions {
  readonly local: LocalSide;
  readonly loader: KeyLoader;
  readonly flusher: FlushHandler;
  readonly metadata: MetadataManager;
  readonly events: DataEvents;
}

/** Passes on to memory what a cloud brought to the local tier: only keys that memory has loaded, or names that are observed. */
export class MemorySide {
  readonly #o: MemorySideOptions;

  constructor(options: MemorySideOptions) {
    this.#o = options;
  }

  /** Writes edits in memory down to the local tier, so that they meet what the cloud brings there. */
  flush(): Promise<void> {
    return this.#o.flusher.flush();
  }

  /** Memory reads keys again of which it may have missed a write to the local tier, because that failed with unknown outcome. */
  async refresh(): Promise<void> {
    const { loader, flusher } = this.#o;
    for (const key of loader.doubted) {
      // First, so that a write which fails while this reads puts the key on the list again.
      loader.doubted.delete(key);
      try {
        await loader.refresh(key, (name, id) => flusher.isPending(name, id));
      } catch (error) {
        loader.doubted.add(key);
        throw error;
      }
    }
  }

  /** The same, when the link is left and no run will see to it. If the local tier cannot be read now, the next link does. */
  async leave(): Promise<void> {
    await this.refresh().catch(() => {});
  }

  /**
   * Before the local tier is changed: loads keys whose names are observed, so that observers see a change and not a load; and
   * keys with entities that are to be cleared, so that only those are cleared that were there before.
   */
  async prepare(names: ReadonlyMap<string, ReadonlySet<string>>): Promise<void> {
    const { metadata, events, loader } = this.#o;
    const watched = events.watched();
    const isMeant = ([key, ofKey]: [string, ReadonlySet<string>]): boolean =>
      metadata.needsLoading(key) && (loader.isClearedUnseen(key) || [...ofKey].some((name) => watched.has(name)));
    await loader.loadReadable([...names].filter(isMeant).map(([key]) => key));
  }

  /** After the local tier was changed. `fresh`: keys of which this device had nothing before. */
  async adopt(findings: readonly Finding[], entityKeys: Iterable<string>, fresh: ReadonlySet<string>): Promise<void> {
    const { local, metadata, loader, flusher, events } = this.#o;
    // An array, as an iterator could be gone through only once.
    const touched = [...entityKeys];
    const watched = events.watched();
    for (const key of touched) {
      const summary = local.summaryOf(key);
      if (summary === undefined) continue;
      const isWatched = Object.keys(summary.entities).some((name) => watched.has(name));
      // But not while edits of the key are pending: they were made without seeing what came, and must not count as edits of it.
      const isNoOnesYet = fresh.has(key) && !isWatched && !flusher.isPendingIn(key);
      if (!metadata.needsLoading(key) && !isNoOnesYet) continue;
      metadata.markUnloaded(key, summary);
      if (evictedIn(summary) > 0) metadata.markThin(key, summary);
    }
    if (findings.length > 0) await loader.adopt(findings, (name, id) => flusher.isPending(name, id));
    loader.noteWhole(touched);
    const toClear = touched.filter((key) => loader.hasClear(key));
    if (toClear.length > 0) await loader.load(toClear);
    const withdrawn = findings.filter(isWithdrawal).map(({ entityName, id }) => ({ entityName, id }));
    if (withdrawn.length > 0) events.emit({ type: 'permission-lost', ids: withdrawn });
  }
}
