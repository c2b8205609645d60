import type { DataEvents } from '../DataEvents.ts';
import type { RetentionPriority } from '../interfaces/RetentionPriority.ts';
import type { Room } from '../interfaces/Room.ts';
import type { DeviceStorage, Quota } from '../interfaces/Storage.ts';
import type { MetadataManager } from '../MetadataManager.ts';
import { type Candidate, candidateOf, chooseVictims, evict, priorityOf } from '../reconcile/evict.ts';
import { applied } from '../reconcile/takeLater.ts';
import type { LocalTier } from '../tiers/LocalTier.ts';
import type { Outbox } from '../tiers/Outbox.ts';
import { SerialQueue } from '../util/SerialQueue.ts';

export interface EvictorOptions {
  readonly local: LocalTier;
  readonly outbox: Outbox;
  readonly metadata: MetadataManager;
  readonly events: DataEvents;
  readonly quota: Quota;
  /** Null: the device says nothing of its storage. */
  readonly device: DeviceStorage | null;
  readonly priorityOfName: (entityName: string) => RetentionPriority | undefined;
  /** Whether an edit of it is on its way down: the two are to meet as what they are. */
  readonly isPending: (entityName: string, id: string) => boolean;
  /** Whether a cloud has what stands there and does not wait to be sent, and gives it back. */
  readonly isKept: (entityName: string, entityKey: string) => boolean;
}

/** Down to this part of what is allowed, so that not every record that comes makes another go. */
const roomierShare = 0.9;
/** What a full device is freed of at a time, at least. */
const fullShare = 0.1;
const fewBytes = 100_000;
const atOnce = 256;

/**
 * Makes room on the device: records that a cloud has confirmed give way, those that matter least first. A stub stays, so
 * that the key still adds up; what was taken away is nowhere deleted, and comes back when somebody reads it.
 */
export class Evictor implements Room {
  readonly #o: EvictorOptions;
  readonly #queue = new SerialQueue();
  /** What was stored when the device itself was last too full: it may take a while to notice what it was freed of. */
  #bytesBefore = 0;
  /** Nothing could be taken away while all was as it is written here. */
  #futile = '';

  constructor(options: EvictorOptions) {
    this.#o = options;
  }

  keepWithin(): Promise<void> {
    return this.#queue.run(async () => {
      const bytes = await this.#excess();
      if (bytes > 0) await this.#free(() => bytes);
    });
  }

  makeRoom(): Promise<boolean> {
    const some = (all: number): number => Math.max(fewBytes, all * fullShare);
    return this.#queue.run(async () => (await this.#free(some)) > 0);
  }

  /** By how much the data is too large. */
  async #excess(): Promise<number> {
    const { maxBytes = Number.POSITIVE_INFINITY, share } = this.#o.quota;
    const used = await this.#used();
    const own = used > maxBytes ? used - maxBytes * roomierShare : 0;
    if (share === undefined) return own;
    const { usage = 0, quota = Number.POSITIVE_INFINITY } = (await this.#o.device?.estimate()) ?? {};
    const shared = usage > quota * share ? usage - quota * share * roomierShare : 0;
    return Math.max(own, Math.min(shared, used - this.#bytesBefore));
  }

  async #used(): Promise<number> {
    const { local } = this.#o;
    for (const [key, { bytes }] of [...local.summaries()]) if (bytes === undefined) await local.readHeld(key);
    return [...local.summaries().values()].reduce((sum, { bytes = 0 }) => sum + bytes, 0);
  }

  /** So many of all the bytes that could be. Resolves to how many records gave way. */
  async #free(wanted: (all: number) => number): Promise<number> {
    const now = this.#state();
    if (now === this.#futile) return 0;
    const candidates = await this.#candidates();
    const all = candidates.reduce((sum, { bytes }) => sum + bytes, 0);
    const gone = await this.#evict(chooseVictims(candidates, wanted(all)));
    this.#futile = gone.length === 0 ? now : '';
    if (this.#o.quota.share !== undefined) this.#bytesBefore = await this.#used();
    if (gone.length > 0) {
      this.#o.events.emit({ type: 'evicted', ids: gone.map(({ entityName, id }) => ({ entityName, id })) });
    }
    return gone.length;
  }

  /** Equal while nothing has changed that could make a difference. */
  #state(): string {
    const { local, outbox, metadata } = this.#o;
    const hashes = [...local.summaries()].map(([key, { hash, entities }]) => [
      hash,
      metadata.isExpected(key),
      Object.keys(entities).map((name) => this.#o.isKept(name, key)),
    ]);
    return JSON.stringify([outbox.size, hashes]);
  }

  async #candidates(): Promise<Candidate[]> {
    const { local, outbox, isKept, priorityOfName } = this.#o;
    const found: Candidate[] = [];
    for (const [key, { entities }] of [...local.summaries()]) {
      if (!Object.keys(entities).some((name) => isKept(name, key))) continue;
      for (const record of await local.readHeld(key)) {
        const { entityName, id } = record;
        if (!isKept(entityName, key) || outbox.of(entityName, id) !== undefined) continue;
        const candidate = candidateOf(key, record, priorityOf(record, priorityOfName(entityName)));
        if (candidate !== null) found.push(candidate);
      }
    }
    return found;
  }

  /** What was decided about is looked at once more while its key is held: it may have been edited since. */
  async #evict(victims: readonly Candidate[]): Promise<readonly Candidate[]> {
    const { local, metadata, isKept, isPending } = this.#o;
    const gone = new Set<Candidate>();
    for (let at = 0; at < victims.length; at += atOnce) {
      const some = victims.slice(at, at + atOnce);
      const keys = new Set(some.map(({ entityKey }) => entityKey));
      // First, so that who reads from now on asks the cloud.
      for (const key of keys) this.#noteThin(key);
      await local.apply(some, (draft, victim) => {
        const { entityKey, entityName, id } = victim;
        const isFree = isKept(entityName, entityKey) && !metadata.isExpected(entityKey) && !isPending(entityName, id);
        if (isFree && evict(draft, victim)) gone.add(victim);
        else gone.delete(victim);
        return applied;
      });
    }
    return victims.filter((victim) => gone.has(victim));
  }

  /** What is in memory stays there; of a key that is not, something will be missing. */
  #noteThin(entityKey: string): void {
    const { local, metadata } = this.#o;
    const summary = local.summaryOf(entityKey);
    if (summary !== undefined && metadata.needsLoading(entityKey)) metadata.markThin(entityKey, summary);
  }
}
