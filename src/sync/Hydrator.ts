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
 * Brings whole keys from a cloud: those that are not here yet, and those that are not in step any more. The code of it
 * comes when there are any, as a device that is in step has none.
 */
export class Hydrator {
  readonly #o: HydratorOptions;
  /** Keys that the cloud holds damaged and that are whole here: all of them is sent once more. */
  readonly #repairing = new Set<string>();
  /** Keys that the cloud holds damaged, and that nobody has repaired yet. */
  readonly #unreadable = new Set<string>();

  constructor(options: HydratorOptions) {
    this.#o = options;
  }

  /** Brings what is not here, or not in step: what somebody waits for first, then the newest. */
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

  /** Whether what the cloud has of a key is here, as far as it can be read. */
  hasMet(entityKey: string): boolean {
    return !this.#o.state.remote.has(entityKey) || this.#unreadable.has(entityKey);
  }

  isUnreadable(entityKey: string): boolean {
    return this.#unreadable.has(entityKey);
  }

  get repairing(): ReadonlySet<string> {
    return this.#repairing;
  }

  /** The cloud cannot read this key any more, and here it is whole. */
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

  /** The cloud has forgotten deletions: so does this device, also in memory, where nothing of them waits to be sent. */
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
    // What memory still held to be deleted would hide what others create there anew.
    await memory.adopt([...found.values()].flat(), [], new Set());
  }
}
