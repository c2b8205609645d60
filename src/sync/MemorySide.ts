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

/** How what a cloud brought to the local tier reaches memory: only where memory has that part, or somebody watches it. */
export class MemorySide {
  readonly #o: MemorySideOptions;

  constructor(options: MemorySideOptions) {
    this.#o = options;
  }

  /** What is written in memory goes down first, so that the two meet in one place. */
  flush(): Promise<void> {
    return this.#o.flusher.flush();
  }

  /** Where a write to the local tier may have happened of which memory has not heard, it takes over what stands there. */
  async refresh(): Promise<void> {
    const { loader, flusher } = this.#o;
    for (const key of loader.doubted) {
      // What is doubted while it reads is doubted again.
      loader.doubted.delete(key);
      try {
        await loader.refresh(key, (name, id) => flusher.isPending(name, id));
      } catch (error) {
        loader.doubted.add(key);
        throw error;
      }
    }
  }

  /** The same where no run follows that sees to it. Where the local tier cannot be read now, the next link does. */
  async leave(): Promise<void> {
    await this.refresh().catch(() => {});
  }

  /** Before a change: who watches a name is to see it happen, not to find it; what is to be cleared is so before more comes. */
  async prepare(names: ReadonlyMap<string, ReadonlySet<string>>): Promise<void> {
    const { metadata, events, loader } = this.#o;
    const watched = events.watched();
    const isMeant = ([key, ofKey]: [string, ReadonlySet<string>]): boolean =>
      metadata.needsLoading(key) && (loader.isClearedUnseen(key) || [...ofKey].some((name) => watched.has(name)));
    await loader.loadReadable([...names].filter(isMeant).map(([key]) => key));
  }

  /** `fresh`: keys of which this device had nothing before. */
  async adopt(findings: readonly Finding[], entityKeys: Iterable<string>, fresh: ReadonlySet<string>): Promise<void> {
    const { local, metadata, loader, flusher, events } = this.#o;
    // Gone through twice, and an iterator is empty the second time.
    const touched = [...entityKeys];
    const watched = events.watched();
    for (const key of touched) {
      const summary = local.summaryOf(key);
      if (summary === undefined) continue;
      const isWatched = Object.keys(summary.entities).some((name) => watched.has(name));
      // An edit that was made before it came is not an edit of it: the two are to meet as what they are.
      const isNoOnesYet = fresh.has(key) && !isWatched && !flusher.isPendingIn(key);
      if (metadata.needsLoading(key) || isNoOnesYet) metadata.markUnloaded(key, summary);
    }
    if (findings.length > 0) await loader.adopt(findings, (name, id) => flusher.isPending(name, id));
    loader.noteWhole(touched);
    const toClear = touched.filter((key) => loader.hasClear(key));
    if (toClear.length > 0) await loader.load(toClear);
    const withdrawn = findings.filter(isWithdrawal).map(({ entityName, id }) => ({ entityName, id }));
    if (withdrawn.length > 0) events.emit({ type: 'permission-lost', ids: withdrawn });
  }
}
