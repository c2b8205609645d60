import { evictedIn } from './blob/indexCounts.ts';
import type { Expiries } from './Expiries.ts';
import { TierSyncError } from './errors.ts';
import type { StoredRecord } from './interfaces/StoredRecord.ts';
import type { MetadataManager } from './MetadataManager.ts';
import { compareRecords } from './reconcile/compareRecords.ts';
import { isSame } from './reconcile/Finding.ts';
import { mergePending } from './reconcile/mergePending.ts';
import { Transaction, type TransactionOptions } from './Transaction.ts';
import type { Held } from './tiers/Held.ts';
import type { Journal } from './tiers/Journal.ts';
import type { LocalTier } from './tiers/LocalTier.ts';
import type { StoredForms } from './tiers/StoredForms.ts';
import { placeOf } from './util/placeOf.ts';
import { reasonOf } from './util/reasonOf.ts';
import { WaitingClears } from './WaitingClears.ts';

/** What stands in the slower tier now, and what stood there before. */
export interface Adoption {
  readonly entityKey: string;
  readonly entityName: string;
  readonly id: string;
  readonly before: StoredRecord | undefined;
  /** Null: nothing any more. */
  readonly after: StoredRecord | null;
}

export interface KeyLoaderOptions extends TransactionOptions {
  readonly forms: StoredForms;
  readonly journal: Journal;
  /** The slower tier. */
  readonly local: Pick<LocalTier, 'readHeld' | 'summaryOf' | 'lost'>;
  readonly metadata: MetadataManager;
  readonly expiries: Pick<Expiries, 'end'>;
  /** No other tab writes to the slower tier. */
  readonly isAlone: boolean;
  /** Called when something must be written that no journal names yet. */
  readonly onNoted: () => void;
}

/**
 * Brings keys from the slower tier into memory, each once, whoever asks. Loading merges: what was written here before
 * the key was loaded stays, as the edit of what it turns out to replace.
 */
export class KeyLoader {
  readonly #o: KeyLoaderOptions;
  readonly #loading = new Map<string, Promise<void>>();
  readonly #clears: WaitingClears;
  /** Keys of which it is not known whether memory and the slower tier hold the same: a write to it failed. */
  readonly doubted: Set<string> = new Set();
  /** Records that only a newer version can read, and why. */
  readonly #newer = new Map<string, TierSyncError>();

  constructor(options: KeyLoaderOptions) {
    this.#o = options;
    this.#clears = new WaitingClears(options.metadata, options.isAlone);
  }

  /** Whether memory has all that the slower tier has of a key. */
  isHere(entityKey: string): boolean {
    return !this.#o.metadata.needsLoading(entityKey);
  }

  /** What memory holds of an id, in the form of the slower tier. */
  recordOf(entityName: string, id: string): StoredRecord | undefined {
    return this.#o.forms.recordOf(entityName, id) ?? undefined;
  }

  async load(entityKeys: Iterable<string>): Promise<void> {
    await Promise.all([...entityKeys].map((key) => this.#load(key)));
  }

  /** Loads what can be loaded: a key that only a newer version can read is reported by its tier and left out. */
  async loadReadable(entityKeys: Iterable<string>): Promise<void> {
    await Promise.all(
      [...entityKeys].map(async (key) => {
        try {
          await this.#load(key);
        } catch (error) {
          if (!(error instanceof TierSyncError) || error.code !== 'upgrade-needed') throw error;
        }
      }),
    );
  }

  /** Unloaded keys of a name are cleared when they are loaded. Returns how to take that back. */
  clearUnloaded(entityName: string, stamp: number): () => void {
    const takeBack = this.#clears.add(entityName, stamp);
    if (takeBack !== null) this.#o.onNoted();
    return takeBack ?? (() => {});
  }

  /** Refuses what only a newer version can read. */
  assertReadable(entityName: string, id: string): void {
    const error = this.#newer.size === 0 ? undefined : this.#newer.get(placeOf(entityName, id));
    if (error !== undefined) throw error;
  }

  get hasClears(): boolean {
    return this.keysToClear().length > 0;
  }

  /** Keys that must be loaded before what was written to them can be delivered. */
  keysToClear(): string[] {
    return this.#clears.keysToLoad();
  }

  /**
   * What was decided in the slower tier reaches memory, where its key is loaded. Memory gives way only if it holds what was
   * decided about, or something earlier; an edit that is still on its way down meets it there.
   */
  async adopt(adoptions: readonly Adoption[], isOnItsWay: (entityName: string, id: string) => boolean): Promise<void> {
    if (adoptions.length === 0) return;
    // A load that has read already would bring back what was there before.
    await Promise.allSettled(adoptions.map(({ entityKey }) => this.#loading.get(entityKey)));
    const step = new Transaction(this.#o);
    for (const { entityKey, entityName, id, before, after } of adoptions) {
      if (this.#o.metadata.needsLoading(entityKey) || isOnItsWay(entityName, id)) continue;
      const mine = this.recordOf(entityName, id);
      const isLater = after !== null && (mine === undefined || compareRecords(mine, after) < 0);
      if (!isLater && (!isSame(mine, before) || isSame(mine, after))) continue;
      const held = after === null ? undefined : this.#decode(after);
      if (after === null || after.isEvicted || held !== undefined) this.#settle(step, entityName, id, held);
      if (after?.isEvicted) this.#noteStubs(entityKey);
      const deletion = before === undefined && after !== null ? this.#clears.deletionOf(entityKey, after) : undefined;
      if (deletion !== undefined) step.write(entityName, id, deletion);
    }
    step.tell('sync');
  }

  /** Memory holds what the slower tier holds of a key, but for what is still on its way down. */
  async refresh(entityKey: string, isOnItsWay: (entityName: string, id: string) => boolean): Promise<void> {
    const { forms, metadata, keyOf, local } = this.#o;
    if (metadata.needsLoading(entityKey)) return;
    const below = new Map((await local.readHeld(entityKey)).map((r) => [placeOf(r.entityName, r.id), r]));
    const step = new Transaction(this.#o);
    for (const mine of [...forms.records()].filter(({ id }) => keyOf(id) === entityKey)) {
      const { entityName, id } = mine;
      const place = placeOf(entityName, id);
      const record = below.get(place);
      below.delete(place);
      if (isOnItsWay(entityName, id) || isSame(mine, record)) continue;
      const held = record === undefined ? undefined : this.#decode(record);
      if (record === undefined || record.isEvicted || held !== undefined) this.#settle(step, entityName, id, held);
      if (record?.isEvicted) this.#noteStubs(entityKey);
    }
    for (const record of below.values()) {
      if (record.isEvicted) this.#noteStubs(entityKey);
      const held = isOnItsWay(record.entityName, record.id) ? undefined : this.#decode(record);
      if (held !== undefined) this.#settle(step, record.entityName, record.id, held);
    }
    step.tell('sync');
  }

  /** What of these keys was in the cloud only is here again, or gone, unless something of it is left. */
  noteWhole(entityKeys: Iterable<string>): void {
    const { local, metadata } = this.#o;
    for (const key of entityKeys) if (evictedIn(local.summaryOf(key)) === 0) metadata.markWhole(key);
  }

  #noteStubs(entityKey: string): void {
    const summary = this.#o.local.summaryOf(entityKey);
    if (summary !== undefined) this.#o.metadata.markThin(entityKey, summary);
  }

  /** Whether a key may hold what is to be cleared, and has to be loaded before anything is added to it. */
  isClearedUnseen(entityKey: string): boolean {
    return this.#clears.mayHold(entityKey);
  }

  /** Whether a key waits to be loaded so that it can be cleared. */
  hasClear(entityKey: string): boolean {
    return this.#clears.has(entityKey);
  }

  #load(entityKey: string): Promise<void> {
    if (!this.#o.metadata.needsLoading(entityKey)) return Promise.resolve();
    let loading = this.#loading.get(entityKey);
    if (loading === undefined) {
      loading = this.#read(entityKey).finally(() => this.#loading.delete(entityKey));
      this.#loading.set(entityKey, loading);
    }
    return loading;
  }

  async #read(entityKey: string): Promise<void> {
    const records = await this.#o.local.readHeld(entityKey);
    // From here to the end nothing waits: what memory holds is looked at and merged in one go. A migration is the app's
    // code and may itself save, so that comes first.
    const bases = records.map((record) => this.#decode(record));
    const pending = this.#o.journal.pendingOf(entityKey);
    for (const { entityName, id } of records) if (pending.get(entityName)?.has(id)) this.assertReadable(entityName, id);
    const step = new Transaction(this.#o);
    for (const [i, record] of records.entries()) this.#merge(step, record, bases[i], pending);
    if (!this.#mayHoldMore(entityKey)) for (const [entityName, ids] of pending) this.#dropIdle(step, entityName, ids);
    // What the cloud has more of it is cleared when it comes.
    this.#clears.loaded(entityKey);
    this.#o.metadata.markLoaded(entityKey);
    if (records.some(({ isEvicted }) => isEvicted)) this.#noteStubs(entityKey);
    else this.#o.metadata.markWhole(entityKey);
    step.tell('hydration');
    this.#o.events.emit({ type: 'loaded', entityKey });
  }

  #merge(step: Transaction, record: StoredRecord, decoded: Held, pending: Map<string, Set<string>>): void {
    const { entityName, id } = record;
    const { store, journal } = this.#o;
    const isPending = pending.get(entityName)?.delete(id) === true;
    // A write takes the place also of a record that cannot be read.
    const base = decoded ?? (isPending ? record.stamp : undefined);
    const deletion = this.#clears.deletionOf(this.#o.keyOf(id), record);
    if (base === undefined) {
      if (record.isEvicted && deletion !== undefined) step.write(entityName, id, deletion);
      return;
    }
    if (isPending) {
      // What was deleted before it was saved is a new entity; only the stamp of the old one matters.
      const isNew = deletion !== undefined || journal.isCreatedAnew(entityName, id);
      journal.rebase(entityName, id, base);
      const mine = store.held(entityName, id);
      if (mine !== undefined) step.settle(entityName, id, mergePending(mine, isNew ? record.stamp : base));
      return;
    }
    this.#settle(step, entityName, id, base);
    if (deletion !== undefined) step.write(entityName, id, deletion);
  }

  /** What is over by now is never seen: that it is gone is noted in the same step. */
  #settle(step: Transaction, entityName: string, id: string, held: Held): void {
    step.settle(entityName, id, held);
    this.#o.expiries.end(step, entityName, id, held);
  }

  /** Whether it may have held what is not here: that is in the cloud alone, or was lost on this device. */
  #mayHoldMore(entityKey: string): boolean {
    return this.#o.metadata.isRemote(entityKey) || this.#o.local.lost.has(entityKey);
  }

  /** A deletion of what turns out never to have existed says nothing to anybody. */
  #dropIdle(step: Transaction, entityName: string, ids: ReadonlySet<string>): void {
    const { store, journal } = this.#o;
    for (const id of ids) {
      const isDeletion = typeof store.held(entityName, id) === 'number';
      if (isDeletion && !journal.wasThere(entityName, id)) step.settle(entityName, id, undefined);
    }
  }

  /**
   * Undefined: it cannot be read, and was reported. What a newer version wrote is not written over: asking for it is
   * refused from now on, and where an edit of it is waiting already, its key is not loaded at all.
   */
  #decode(record: StoredRecord): Held {
    if (record.isEvicted) return undefined;
    try {
      return this.#o.forms.decode(record);
    } catch (cause) {
      const { entityName, id } = record;
      const entityKey = this.#o.keyOf(id);
      const message = `${entityKey}: ${entityName} ${id} cannot be read: ${reasonOf(cause)}`;
      const code = cause instanceof TierSyncError && cause.code === 'upgrade-needed' ? cause.code : 'corrupt';
      this.#o.events.emit({ type: 'problem', problem: { code, entityKey, message } });
      if (code === 'corrupt') return undefined;
      this.#newer.set(placeOf(entityName, id), new TierSyncError(code, message, { cause }));
      return undefined;
    }
  }
}
