import type { KeyDraft } from '../blob/KeyDraft.ts';
import type { FlushHandler } from '../FlushHandler.ts';
import type { Environment } from '../interfaces/Environment.ts';
import type { Change } from '../interfaces/ITier.ts';
import type { KeyLoader } from '../KeyLoader.ts';
import type { MetadataManager } from '../MetadataManager.ts';
import type { Finding } from '../reconcile/Finding.ts';
import { applied } from '../reconcile/takeLater.ts';
import type { MemorySide } from '../sync/MemorySide.ts';
import type { ConflictList } from '../tiers/ConflictList.ts';
import type { LocalTier } from '../tiers/LocalTier.ts';
import type { Outbox } from '../tiers/Outbox.ts';
import { placeOf } from '../util/placeOf.ts';
import { SerialQueue } from '../util/SerialQueue.ts';
import type { StoredKey } from './messages.ts';
import type { TabLink } from './TabLink.ts';

export interface TabChangesOptions {
  readonly link: TabLink;
  readonly local: LocalTier;
  readonly memory: MemorySide;
  readonly loader: KeyLoader;
  readonly flusher: FlushHandler;
  readonly metadata: MetadataManager;
  readonly outbox: Outbox;
  readonly conflicts: ConflictList;
  readonly environment: Pick<Environment, 'setTimer' | 'clearTimer'>;
  /** Something was taken over, and may wait to be sent. */
  readonly onTaken: () => void;
}

/** A message comes within milliseconds after its write; what nobody has told of by then, nobody will. */
const patienceMs = 1_000;

/**
 * What other tabs have stored reaches the memory of this one. They only say where to look: what stands there is read,
 * while nobody writes, and what is still on its way down from here is left to meet it there. What nobody told of shows
 * in the index, and its keys are looked at whole.
 */
export class TabChanges {
  readonly #o: TabChangesOptions;
  readonly #queue = new SerialQueue();
  readonly #stopListening: () => void;
  #heard: StoredKey[] = [];
  #hasMissed = false;
  #timer: unknown = null;
  #isClosed = false;

  constructor(options: TabChangesOptions) {
    this.#o = options;
    this.#stopListening = options.link.unexplained.onFound(() => this.#checkLater());
  }

  /** Another tab has stored something. */
  hear(keys: readonly StoredKey[]): void {
    for (const { entityKey, growth } of keys) this.#o.link.unexplained.told(entityKey, growth);
    if (this.#heard.push(...keys) === keys.length) this.#run(() => this.#lookAtHeard());
  }

  /** Messages may have been missed: what differs is found by the index. */
  compare(): Promise<void> {
    this.#hasMissed = true;
    return this.#run(() => this.#lookAtAll());
  }

  /** Resolves when all is taken over that was heard of until now. */
  settled(): Promise<void> {
    return this.#queue.run(async () => {});
  }

  close(): void {
    this.#isClosed = true;
    this.#stopListening();
    if (this.#timer !== null) this.#o.environment.clearTimer(this.#timer);
  }

  /** What cannot be read now is tried again. */
  #run(work: () => Promise<void>): Promise<void> {
    const run = this.#queue.run(async () => {
      if (this.#isClosed) return;
      await work();
      if (this.#o.outbox.size > 0) this.#o.onTaken();
    });
    run.catch(() => this.#checkLater());
    return run;
  }

  async #lookAtAll(): Promise<void> {
    if (this.#hasMissed) await this.#lookAtMissed();
    await this.#lookAtHeard();
    await this.#lookAtRest();
  }

  async #lookAtMissed(): Promise<void> {
    const { local, outbox, conflicts } = this.#o;
    this.#hasMissed = false;
    try {
      await local.revise(this.#looking([...outbox.keys(), ...conflicts.keys()]), 'waiting');
      await local.readWaiting();
    } catch (error) {
      this.#hasMissed = true;
      throw error;
    }
  }

  async #lookAtHeard(): Promise<void> {
    const keys = this.#heard.splice(0);
    if (keys.length === 0) return;
    try {
      await this.#lookAtKeys(keys);
    } catch (error) {
      this.#heard.unshift(...keys);
      throw error;
    }
    if (this.#o.link.unexplained.keys.length > 0) this.#checkLater();
  }

  async #lookAtKeys(keys: readonly StoredKey[]): Promise<void> {
    const { local, memory } = this.#o;
    const whole = new Set(keys.filter(({ places }) => places === null).map(({ entityKey }) => entityKey));
    const named = keys.filter(({ entityKey, places }) => places !== null && !whole.has(entityKey));
    if (named.length > 0) {
      const namedKeys = new Set(named.map(({ entityKey }) => entityKey));
      const fresh = new Set([...namedKeys].filter((key) => local.summaryOf(key) === undefined));
      await memory.prepare(namesIn(named));
      const findings = await this.#lookAt(named);
      await memory.adopt(findings, namedKeys, fresh);
    }
    await this.#lookAtWhole(whole);
  }

  /** Nothing is changed by it: a look is a decision that leaves all as it is. */
  async #lookAt(keys: readonly StoredKey[]): Promise<readonly Finding[]> {
    const { local, loader, flusher } = this.#o;
    const changes = new Map<string, Change>();
    for (const { entityKey, places } of keys) {
      for (const [entityName, id] of places ?? []) {
        changes.set(placeOf(entityName, id), { entityKey, entityName, id, record: null });
      }
    }
    const findings = new Map<Change, Finding>();
    await local.apply([...changes.values()], (draft, change) => {
      const { entityKey, entityName, id } = change;
      this.#noteWaiting(draft);
      const before = loader.recordOf(entityName, id);
      const after = draft.record(entityName, id) ?? null;
      if (!flusher.isPending(entityName, id)) findings.set(change, { entityKey, entityName, id, before, after });
      return applied;
    });
    const others = keys.filter(({ places }) => places?.length === 0).map(({ entityKey }) => entityKey);
    if (others.length > 0) await local.revise(this.#looking(others), 'waiting');
    return [...findings.values()];
  }

  async #lookAtWhole(keys: Iterable<string>): Promise<void> {
    const { local, memory, loader, flusher, metadata, link } = this.#o;
    const all = [...keys];
    if (all.length === 0) return;
    for (const key of all) link.unexplained.forget(key);
    await local.revise(this.#looking(all), 'waiting');
    const names = all.map((key) => [key, new Set(Object.keys(local.summaryOf(key)?.entities ?? {}))] as const);
    await memory.adopt([], all, new Set());
    await memory.prepare(new Map(names));
    for (const key of all) {
      if (!metadata.needsLoading(key)) await loader.refresh(key, (name, id) => flusher.isPending(name, id));
    }
  }

  /** As if somebody had told of them: what cannot be read now is looked at later. */
  async #lookAtRest(): Promise<void> {
    const { keys } = this.#o.link.unexplained;
    this.#heard.push(...keys.map((entityKey) => ({ entityKey, growth: 0, places: null })));
    await this.#lookAtHeard();
  }

  #looking(keys: Iterable<string>): Map<string, (draft: KeyDraft) => void> {
    return new Map([...keys].map((key) => [key, (draft) => this.#noteWaiting(draft)]));
  }

  #noteWaiting(draft: KeyDraft): void {
    this.#o.outbox.note(draft.entityKey, draft.pending());
    this.#o.conflicts.note(draft.entityKey, draft.conflicts());
  }

  #checkLater(): void {
    if (this.#timer !== null || this.#isClosed) return;
    this.#timer = this.#o.environment.setTimer(() => {
      this.#timer = null;
      this.#run(() => this.#lookAtAll());
    }, patienceMs);
  }
}

function namesIn(keys: readonly StoredKey[]): ReadonlyMap<string, ReadonlySet<string>> {
  const names = new Map<string, Set<string>>();
  for (const { entityKey, places } of keys) {
    const known = names.get(entityKey) ?? new Set();
    for (const [entityName] of places ?? []) known.add(entityName);
    names.set(entityKey, known);
  }
  return names;
}
