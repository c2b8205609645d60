import { hasWaiting, type KeyDraft } from '../blob/KeyDraft.ts';
import type { KeySums } from '../blob/KeySums.ts';
import type { KeyDataDraft } from '../blob/keyData.ts';
import type { KeySummary } from '../interfaces/Metadata.ts';
import type { LocalIndex } from './localIndex.ts';

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
  readonly #canList: boolean;
  #isLost = false;

  constructor(canList: boolean) {
    this.#canList = canList;
  }

  /** Whether a key that is not named is certainly empty. A fresh place and a lost index look the same without a list. */
  get isComplete(): boolean {
    return this.#canList || (!this.#isLost && !this.isPartial);
  }

  isTrusted(key: string): boolean {
    return this.keys.has(key) && !this.suspects.has(key);
  }

  countActive(): number {
    const counts = [...this.keys.values()].flatMap(({ entities }) => Object.values(entities).map((n) => n.count));
    return counts.reduce((sum, count) => sum + count, 0);
  }

  /** What was stored; null: nothing. Others may have written since: what was only known here is in doubt. */
  take(stored: LocalIndex | null): void {
    for (const key of this.unwritten) this.suspects.add(key);
    this.#isLost = stored === null;
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
    else this.keys.set(key, sums.summary());
    this.#notePending(key, hasWaiting(data));
    this.suspects.delete(key);
    this.unwritten.add(key);
  }

  /** What is to be stored before the blobs of these keys are, and what after. */
  around(drafts: ReadonlyMap<string, KeyDraft>): { readonly before: LocalIndex; readonly after: LocalIndex } {
    const keys = new Map(this.keys);
    for (const [key, draft] of drafts) keys.set(key, draft.summary());
    const isElsewhere = (key: string): boolean => !drafts.has(key);
    const withEntries = [...drafts].filter(([, draft]) => draft.isWaiting).map(([key]) => key);
    const now = this.toStored();
    const before = {
      ...now,
      checking: [...new Set([...drafts.keys(), ...now.checking])],
      pending: [...new Set([...withEntries, ...now.pending])],
    };
    const after = {
      ...now,
      keys,
      checking: now.checking.filter(isElsewhere),
      pending: [...now.pending.filter(isElsewhere), ...withEntries],
    };
    return { before, after };
  }

  /** The blobs of these keys are about to be stored. */
  doubt(drafts: ReadonlyMap<string, KeyDraft>): void {
    for (const key of drafts.keys()) this.suspects.add(key);
  }

  /** They were stored, and this index after them. */
  settle(drafts: ReadonlyMap<string, KeyDraft>, { keys }: LocalIndex): void {
    this.keys = new Map(keys);
    for (const [key, draft] of drafts) {
      this.suspects.delete(key);
      this.#notePending(key, draft.isWaiting);
    }
    this.unwritten.clear();
  }

  clear(): void {
    this.keys = new Map();
    this.pending.clear();
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
