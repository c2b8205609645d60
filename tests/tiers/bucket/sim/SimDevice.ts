import { activeRecord, tombstone } from '../../../../src/blob/records.ts';
import type { Cursor, ISharedTier, Look } from '../../../../src/interfaces/ISharedTier.ts';
import type { Change } from '../../../../src/interfaces/ITier.ts';
import type { StoredRecord } from '../../../../src/interfaces/StoredRecord.ts';
import { compareRecords, mergeRecords } from '../../../../src/reconcile/compareRecords.ts';

const name = 'Task';

export const keyOf = (id: string): string => `app.k${id.charCodeAt(0) % 2}`;

/** What happened, as somebody who sees everything would know it. */
export interface Chronicle {
  /** Versions that somebody deleted who had seen them. */
  readonly dead: Set<string>;
  readonly acked: Map<string, StoredRecord>;
  /** The latest deletion of each id. */
  readonly graves: Map<string, number>;
  /** Records that a re-baseline took away from somebody. */
  conflicts: number;
  nextTag: number;
}

interface Pending {
  readonly base: 'none' | 'known' | 'offered';
  sent: boolean;
}

export interface DeviceOptions {
  readonly name: string;
  readonly chronicle: Chronicle;
  readonly now: () => number;
  readonly padding: () => string;
  /** A new process on this device, with its own view of the tier. */
  readonly openTier: (device: SimDevice) => ISharedTier & { collectGarbage(): Promise<unknown> };
}

export const tagOf = (record: StoredRecord): string => String(record.value?.['tag']);

/**
 * A device reduced to what matters to the tier: records, an outbox, a cursor. What it does with a look is what DESIGN 6.1
 * asks of a sync engine. Everything but the tier survives a crash.
 */
export class SimDevice {
  readonly records = new Map<string, StoredRecord>();
  readonly #options: DeviceOptions;
  readonly #outbox = new Map<string, Pending>();
  isProbed = false;
  /** Unlike any other unexpected end. */
  fault: unknown;
  tier: ReturnType<DeviceOptions['openTier']>;
  work: Promise<void> | null = null;
  #cursor: Cursor | null = null;
  #floor = 0;

  constructor(options: DeviceOptions) {
    this.#options = options;
    this.tier = options.openTier(this);
  }

  get name(): string {
    return this.#options.name;
  }

  crash(): void {
    this.work = null;
    this.tier = this.#options.openTier(this);
  }

  write(id: string, isDeleted: boolean): void {
    const { chronicle, now, padding } = this.#options;
    const old = this.records.get(id);
    if (isDeleted && (old === undefined || old.isDeleted)) return;
    // A tombstone of ours may be older than one that the cloud has forgotten and others have not.
    const floor = old === undefined || old.isDeleted ? this.#floor : 0;
    const stamp = Math.max(now(), floor + 1, (old?.stamp ?? 0) + 1);
    const time = new Date(stamp).toISOString();
    if (isDeleted) {
      chronicle.dead.add(tagOf(old as StoredRecord));
      chronicle.graves.set(id, Math.max(chronicle.graves.get(id) ?? 0, stamp));
    }
    chronicle.nextTag += 1;
    const fields = { id, createdAt: time, updatedAt: time, version: (old?.version ?? 0) + 1, pad: padding() };
    const record = isDeleted
      ? tombstone(name, id, time)
      : activeRecord(name, id, { ...fields, tag: `${this.name}-${chronicle.nextTag}` });
    if (!this.#outbox.has(id)) this.#outbox.set(id, { base: old === undefined ? 'none' : 'known', sent: false });
    this.records.set(id, record);
  }

  start(work: () => Promise<void>): void {
    const { tier } = this;
    const done = work()
      .catch((error: unknown) => this.#explain(error))
      .finally(() => {
        if (this.tier === tier) this.work = null;
      });
    this.work = done;
  }

  async sync(): Promise<void> {
    for (let turn = 0; turn < 6; turn++) {
      const look = await this.#pull();
      const changes = [...this.#outbox.keys()].flatMap((id) => this.#changeOf(id) ?? []);
      if (changes.length === 0) return await this.#maintain();
      for (const { id } of changes) (this.#outbox.get(id) as Pending).sent = true;
      const committed = await this.tier.commit(changes, look.cursor);
      if (committed === 'stale') continue;
      this.#cursor = committed.cursor;
      for (const { id, record } of changes) this.#confirm(id, record as StoredRecord);
      return await this.#maintain();
    }
  }

  async #maintain(): Promise<void> {
    await this.tier.maintain?.();
  }

  #changeOf(id: string): Change | undefined {
    const record = this.records.get(id);
    return record === undefined ? undefined : { entityKey: keyOf(id), entityName: name, id, record };
  }

  #confirm(id: string, record: StoredRecord): void {
    const { acked } = this.#options.chronicle;
    if (this.records.get(id) === record) this.#outbox.delete(id);
    acked.set(id, mergeRecords(acked.get(id), record) as StoredRecord);
  }

  async #pull(): Promise<Look> {
    const { tier } = this;
    const look = await tier.changesSince(this.#cursor);
    const cloud = new Map<string, StoredRecord>();
    if (look.reach !== 'since') {
      const keys = new Set([
        ...Object.keys((await tier.readMetadata()).entityKeys),
        ...look.changes.map(({ entityKey }) => entityKey),
      ]);
      for (const key of keys) for (const record of await tier.readKey(key)) cloud.set(record.id, record);
    }
    // A process that ended while it read does nothing any more.
    if (tier !== this.tier) return await new Promise<never>(() => {});
    if (look.reach === 'behind') this.#rebaseline(look, cloud);
    if (look.reach === 'first') this.#offerAll(cloud);
    for (const record of cloud.values()) this.#take(record);
    for (const { record } of look.changes) this.#take(record as StoredRecord);
    if (look.reach !== 'since') this.#forget(look, cloud);
    this.#cursor = look.cursor;
    return look;
  }

  #take(record: StoredRecord): void {
    this.records.set(record.id, mergeRecords(this.records.get(record.id), record) as StoredRecord);
  }

  /** What the cloud no longer has was deleted, unless it was made here or edited after all that was forgotten. */
  #rebaseline({ horizon }: Look, cloud: ReadonlyMap<string, StoredRecord>): void {
    if ((this.#cursor?.seq ?? 0) >= horizon.seq) return;
    for (const [id, record] of this.records) {
      if (cloud.has(id)) continue;
      const pending = this.#outbox.get(id);
      if (pending === undefined) this.records.delete(id);
      else if (pending.base === 'none' && !pending.sent) continue;
      else if (record.stamp <= horizon.stamp) {
        this.records.delete(id);
        this.#outbox.delete(id);
        this.#options.chronicle.conflicts += 1;
      }
    }
  }

  /**
   * Another history, or none known yet: what it lacks is pushed, and nothing is known to be gone. It is stamped after all
   * that was forgotten, as any record is that the cloud does not know: others may still remember a later deletion.
   */
  #offerAll(cloud: ReadonlyMap<string, StoredRecord>): void {
    for (const [id, record] of this.records) {
      const there = cloud.get(id);
      if (there !== undefined && compareRecords(record, there) <= 0) continue;
      this.#outbox.set(id, { base: 'offered', sent: true });
    }
  }

  #forget({ horizon }: Look, cloud: ReadonlyMap<string, StoredRecord>): void {
    this.#floor = Math.max(this.#floor, horizon.stamp);
    for (const [id, { base, sent }] of this.#outbox) {
      const record = this.records.get(id);
      const isNew = (base === 'offered' || (base === 'none' && !sent)) && !cloud.has(id);
      if (!isNew || record?.value == null || record.stamp > this.#floor) continue;
      const updatedAt = new Date(this.#floor + 1).toISOString();
      this.records.set(id, activeRecord(name, id, { ...record.value, updatedAt }));
    }
    if (horizon.seq === 0) return;
    for (const [id, record] of this.records) {
      if (record.isDeleted && !this.#outbox.has(id) && !cloud.has(id)) this.records.delete(id);
    }
  }

  #explain(error: unknown): void {
    // Not by class: a tier that was broken on purpose brings its own.
    const { code } = Object(error) as { readonly code?: unknown };
    // Somebody emptied the bucket, and somebody attached it again.
    if (code === 'cloud-unreadable' && /missing/.test(String(error))) this.#cursor = null;
    else if (code !== 'unavailable') this.fault ??= error;
  }
}
