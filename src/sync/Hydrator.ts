import { evictedIn } from '../blob/indexCounts.ts';
import type { ISharedTier } from '../interfaces/ISharedTier.ts';
import type { Room } from '../interfaces/Room.ts';
import type { SyncProgress } from '../interfaces/SyncTypes.ts';
import type { Finding, LinkRules } from '../reconcile/Finding.ts';
import type { PendingByKey } from '../reconcile/syncedView.ts';
import type { Revise } from '../tiers/revision.ts';
import type { DeleteGuard } from './DeleteGuard.ts';
import type { LocalSide } from './guardedLocal.ts';
import type { LinkState } from './LinkState.ts';
import type { MemorySide } from './MemorySide.ts';
import type { Wanted } from './Wanted.ts';

export interface HydratorOptions {
  readonly local: LocalSide;
  readonly cloud: Pick<ISharedTier, 'readKey'>;
  readonly memory: MemorySide;
  readonly outbox: PendingByKey;
  readonly state: LinkState;
  readonly wanted: Wanted;
  readonly guard: DeleteGuard;
  readonly rules: LinkRules;
  readonly room: Pick<Room, 'keepWithin'>;
}

const keysAtOnce = 16;

/**
 * Fetches whole keys from a cloud: those that are not here yet, and those that are not in step any more. The code that does
 * so (`bringKeys`) is loaded when there are any; a device that is in step does without it.
 */
export class Hydrator {
  readonly #o: HydratorOptions;
  /** Keys that are damaged in the cloud and whole here: all their records are sent once more. */
  readonly #repairing = new Set<string>();
  /** Keys that are damaged in the cloud, and that no device has repaired yet. */
  readonly #unreadable = new Set<string>();

  constructor(options: HydratorOptions) {
    this.#o = options;
  }

  /** Fetches these keys, and all that somebody waits for: those first, then the newest. Resolves to the number of changes here. */
  async hydrate(onProgress: (progress: SyncProgress) => void, entityKeys: readonly string[]): Promise<number> {
    const { local, state, wanted, room } = this.#o;
    let pulled = 0;
    const left = new Set(entityKeys.filter((key) => state.remote.has(key)));
    for (const key of wanted.keys()) {
      if (state.remote.has(key) || evictedIn(local.summaryOf(key)) > 0) left.add(key);
      else wanted.settle(key, true);
    }
    const total = left.size;
    while (left.size > 0) {
      const urgent = wanted.keys().filter((key) => left.has(key));
      const byAge = [...left].sort((a, b) => (state.remote.get(b)?.stamp ?? 0) - (state.remote.get(a)?.stamp ?? 0));
      const chunk = (urgent.length > 0 ? urgent : byAge).slice(0, keysAtOnce);
      for (const key of chunk) left.delete(key);
      pulled += await this.#bring(chunk);
      onProgress({ phase: 'pulling', done: total - left.size, total });
      await room.keepWithin();
    }
    return pulled;
  }

  async #bring(keys: readonly string[]): Promise<number> {
    const { bringKeys } = await import('./bringKeys.ts');
    return bringKeys(keys, {
      ...this.#o,
      onRead: async (key, isReadable) => {
        if (isReadable) return void this.#unreadable.delete(key);
        const { state, wanted } = this.#o;
        this.#unreadable.add(key);
        wanted.settle(key, false);
        if (state.remote.get(key)?.since === null) return;
        state.markHeld(key);
        await this.repair(key);
      },
    });
  }

  /** Whether a key was compared with what the cloud has of it, as far as that can be read. Only then may edits be sent. */
  hasMet(entityKey: string): boolean {
    return !this.#o.state.remote.has(entityKey) || this.#unreadable.has(entityKey);
  }

  isUnreadable(entityKey: string): boolean {
    return this.#unreadable.has(entityKey);
  }

  get repairing(): ReadonlySet<string> {
    return this.#repairing;
  }

  /** The data of this key in the cloud is damaged. If it is whole here, all its records are noted to be sent. */
  async repair(entityKey: string): Promise<void> {
    const { offerAll } = await import('../reconcile/syncedView.ts');
    const { local, state, rules } = this.#o;
    if (state.remote.has(entityKey) || local.summaryOf(entityKey) === undefined) return;
    await local.revise(new Map([[entityKey, (draft) => offerAll(draft, rules)]]));
    this.#repairing.add(entityKey);
  }

  repaired(entityKeys: readonly string[]): void {
    for (const key of entityKeys) this.#repairing.delete(key);
  }

  /** The cloud has forgotten old deletions. This device forgets them, too, also in memory, unless they wait to be sent. */
  async dropForgotten(): Promise<void> {
    const { dropForgotten } = await import('../reconcile/syncedView.ts');
    const { local, memory, state, rules } = this.#o;
    const { entityKeys } = await local.readMetadata();
    const found = new Map<string, readonly Finding[]>();
    const revisions = Object.entries(entityKeys)
      .filter(
        ([key, { entities }]) => !state.remote.has(key) && Object.values(entities).some((n) => n.deletedCount > 0),
      )
      .map(([key]): [string, Revise] => [
        key,
        (draft) => void found.set(key, dropForgotten(draft, state.horizon, rules)),
      ]);
    await local.revise(new Map(revisions));
    // A deletion that memory still held would hide an entity which others create anew under the same id.
    await memory.adopt([...found.values()].flat(), [], new Set());
  }
}
