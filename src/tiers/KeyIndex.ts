import { activeIn } from '../blob/indexCounts.ts';
import { hasWaiting, type KeyDraft } from '../blob/KeyDraft.ts';
import { addSummary, type KeySums, type Totals, toMetadata } from '../blob/KeySums.ts';
import type { KeyDataDraft } from '../blob/keyData.ts';
import type { BlobChange } from '../interfaces/BlobPatch.ts';
import type { EntityKeyData, JsonValue } from '../interfaces/EntityKeyData.ts';
import type { KeySummary } from '../interfaces/Metadata.ts';
import { headerChanges, type LocalIndex, type LocalIndexHeader, writeIndex } from './localIndex.ts';

/** What the index says once some keys are stored. */
export interface IndexAfter {
  readonly drafts: ReadonlyMap<string, KeyDraft>;
  readonly totals: Totals;
  readonly header: LocalIndexHeader;
}

/** What a tier knows of its keys, and how far that is to be believed. */
export class KeyIndex {
  keys: Map<string, KeySummary> = new Map();
  /** Keys whose entry may not fit the blob: they are counted anew before the entry is used. */
  readonly suspects: Set<string> = new Set();
  /** Keys that were counted anew, and the stored index does not say so yet. */
  readonly unwritten: Set<string> = new Set();
  /** Keys in which something waits: for a cloud, or for somebody to look at it. */
  readonly pending: Set<string> = new Set();
  /** Keys of which something was lost here, for as long as it was not looked for elsewhere. */
  readonly lost: Set<string> = new Set();
  /** The index was lost once, and nothing lists the keys that it named: it says so for as long as it stands. */
  isPartial = false;
  /** Whether somebody wants to know what keys take. */
  readonly isCounted: boolean;
  readonly #canList: boolean;
  #isLost = false;
  /** The header of the stored index, where its entries are those that are here; null: they are not, or nobody knows. */
  stored: LocalIndexHeader | null = null;
  /** Of all keys; null: to be added up. */
  #totals: Totals | null = null;
  #active: number | null = null;

  constructor(canList: boolean, isCounted: boolean) {
    this.#canList = canList;
    this.isCounted = isCounted;
  }

  /** Whether a key that is not named is certainly empty. A fresh place and a lost index look the same without a list. */
  get isComplete(): boolean {
    return this.#canList || (!this.#isLost && !this.isPartial);
  }

  isTrusted(key: string): boolean {
    return this.keys.has(key) && !this.suspects.has(key);
  }

  /** Whether it is still to be counted what a key takes. */
  isUncounted(key: string): boolean {
    const summary = this.keys.get(key);
    return this.isCounted && summary !== undefined && summary.bytes === undefined;
  }

  /** How many entities there are in all keys. */
  countActive(): number {
    if (this.#active === null) {
      this.#active = 0;
      for (const summary of this.keys.values()) this.#active += activeIn(summary);
    }
    return this.#active;
  }

  /** What was stored; null: nothing. Others may have written since: what was only known here is in doubt. */
  take(stored: LocalIndex | null): void {
    for (const key of this.unwritten) this.suspects.add(key);
    this.#isLost = stored === null;
    this.#totals = null;
    this.#active = null;
    this.stored = stored;
    if (stored === null) {
      for (const key of this.keys.keys()) this.suspects.add(key);
      return;
    }
    this.keys = new Map(stored.keys);
    this.pending.clear();
    for (const key of stored.pending) this.pending.add(key);
    for (const key of stored.lost) this.lost.add(key);
    this.isPartial ||= stored.isPartial;
    for (const key of stored.checking) this.suspects.add(key);
  }

  /** Keys that are there and not named, or named and not there, are in doubt. */
  compareWith(listed: ReadonlySet<string>): void {
    for (const key of listed) if (!this.keys.has(key)) this.suspects.add(key);
    for (const key of this.keys.keys()) if (!listed.has(key)) this.suspects.add(key);
  }

  /** What was lost of these keys is here again, as far as anybody has it. */
  restore(keys: Iterable<string>): void {
    for (const key of keys) if (this.lost.delete(key)) this.unwritten.add(key);
  }

  /** A key as it was counted. */
  enter(key: string, sums: KeySums, data: KeyDataDraft | null): void {
    if (sums.isEmpty) this.keys.delete(key);
    else this.keys.set(key, sums.localSummary(this.isCounted));
    this.#notePending(key, hasWaiting(data));
    this.suspects.delete(key);
    this.unwritten.add(key);
    this.#totals = null;
    this.#active = null;
    this.stored = null;
  }

  /** What is to be stored before the blobs of these keys are. */
  before(drafts: ReadonlyMap<string, KeyDraft>): LocalIndex {
    const now = this.toStored();
    return {
      ...now,
      checking: [...new Set([...drafts.keys(), ...now.checking])],
      pending: [...new Set([...waitingOf(drafts), ...now.pending])],
    };
  }

  /** What it says when they are stored. */
  after(drafts: ReadonlyMap<string, KeyDraft>): IndexAfter {
    const { isPartial, checking, pending, lost } = this.toStored();
    const isElsewhere = (key: string): boolean => !drafts.has(key);
    this.#totals ??= toMetadata(this.keys);
    let totals = this.#totals;
    for (const [key, draft] of drafts) totals = addSummary(totals, this.keys.get(key), draft.summary());
    return {
      drafts,
      totals,
      header: {
        isPartial,
        checking: checking.filter(isElsewhere),
        pending: [...pending.filter(isElsewhere), ...waitingOf(drafts)],
        lost,
      },
    };
  }

  /** All of that, as it is stored. */
  whole({ drafts, header }: IndexAfter): EntityKeyData {
    const keys = new Map(this.keys);
    for (const [key, draft] of drafts) keys.set(key, draft.summary());
    return writeIndex({ ...header, keys });
  }

  /** How the stored index becomes the one before. */
  changesBefore(drafts: ReadonlyMap<string, KeyDraft>): BlobChange[] {
    const before = this.before(drafts);
    return this.stored === null ? [[[], toJson(writeIndex(before))]] : headerChanges(this.stored, before);
  }

  /** How it becomes the one after. */
  changesTo(after: IndexAfter): BlobChange[] {
    const { stored } = this;
    if (stored === null) return [[[], toJson(this.whole(after))]];
    const { drafts, totals, header } = after;
    const entries = [...drafts].map(([key, draft]): BlobChange => [['entityKeys', key], toJson(draft.summary())]);
    return [...entries, [['hash'], totals.hash], [['updatedAt'], totals.updatedAt], ...headerChanges(stored, header)];
  }

  /** The blobs of these keys are about to be stored. */
  doubt(drafts: ReadonlyMap<string, KeyDraft>): void {
    for (const key of drafts.keys()) this.suspects.add(key);
  }

  /** They were stored, and the index that belongs to them. */
  settle({ drafts, totals, header }: IndexAfter): void {
    this.stored = header;
    this.#totals = totals;
    let active = this.countActive();
    for (const [key, draft] of drafts) {
      active += activeIn(draft.summary()) - activeIn(this.keys.get(key));
      this.keys.set(key, draft.summary());
      this.suspects.delete(key);
      this.#notePending(key, draft.isWaiting);
    }
    this.#active = active;
    this.unwritten.clear();
  }

  clear(): void {
    this.keys = new Map();
    this.pending.clear();
    this.#totals = null;
    this.#active = null;
    this.stored = null;
    this.lost.clear();
  }

  toStored(): LocalIndex {
    return {
      isPartial: this.isPartial && !this.#canList,
      keys: this.keys,
      checking: [...this.suspects],
      pending: [...this.pending],
      lost: [...this.lost],
    };
  }

  #notePending(key: string, isPending: boolean): void {
    if (isPending) this.pending.add(key);
    else this.pending.delete(key);
  }
}

const waitingOf = (drafts: ReadonlyMap<string, KeyDraft>): string[] =>
  [...drafts].filter(([, draft]) => draft.isWaiting).map(([key]) => key);

const toJson = (part: KeySummary | EntityKeyData): JsonValue => part as unknown as JsonValue;
