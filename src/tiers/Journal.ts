import type { PendingRecord } from '../blob/KeyDraft.ts';
import type { Change } from '../interfaces/ITier.ts';
import type { OutboxEntry } from '../interfaces/OutboxEntry.ts';
import type { Edit } from '../reconcile/applyEdit.ts';
import { getOrAdd } from '../util/getOrAdd.ts';
import { PlaceMap } from '../util/PlaceMap.ts';
import { placeOf } from '../util/placeOf.ts';
import { type Held, stampOf } from './Held.ts';
import { type Noted, prepend, Uncertain, whatStays } from './Noted.ts';
import { NotedIndex } from './NotedIndex.ts';
import type { StoredForms } from './StoredForms.ts';
import type { StoreTier, WriteLog } from './StoreTier.ts';

export interface JournalOptions {
  readonly store: StoreTier;
  readonly forms: StoredForms;
  readonly keyOf: (id: string) => string;
  /** Called with each write that is noted. */
  readonly onNoted: () => void;
}

/** What was written in memory and a slower tier has not seen. A write is noted by its id and what stood there before. */
export class Journal implements WriteLog {
  readonly #o: JournalOptions;
  readonly #written = new Map<string, Noted>();
  /** Keys that the slower tier has lost, with what waited in them. */
  readonly #lost = new Map<string, readonly PendingRecord[]>();
  /** Stamps of what was taken away without a trace, until the slower tier knows: what comes in its place is later. */
  readonly #erased = new Map<string, number>();
  #step = 0;
  /** Null: nobody has asked since something was taken out. */
  #index: NotedIndex | null = null;

  constructor(options: JournalOptions) {
    this.#o = options;
  }

  beginStep(): void {
    this.#step++;
  }

  note(entityName: string, id: string, held: Held, before: Held): void {
    const { ids, before: bases, steps } = this.#noted(entityName);
    this.#index?.add(entityName, id, ids.length);
    ids.push(id);
    bases.push(before);
    steps.push(this.#step);
    if (held === undefined && before !== undefined) this.#erased.set(placeOf(entityName, id), stampOf(before));
    this.#o.onNoted();
  }

  /** Forgets the latest note, which is one of that id. */
  takeBack(entityName: string, id: string): void {
    const { ids, before, steps } = this.#noted(entityName);
    this.#index = null;
    ids.pop();
    before.pop();
    steps.pop();
    if (this.#erased.size > 0 && !ids.includes(id)) this.#erased.delete(placeOf(entityName, id));
  }

  /** The stamp of what was taken away without a trace, and may still stand on a slower tier. */
  erasedStamp(entityName: string, id: string): number {
    return this.#erased.size === 0 ? 0 : (this.#erased.get(placeOf(entityName, id)) ?? 0);
  }

  /** The base of an id that was written before its key was loaded turns out to be this. */
  rebase(entityName: string, id: string, base: Held): void {
    const [first] = this.#known().positions(entityName, id);
    if (first !== undefined) this.#noted(entityName).before[first] = base;
  }

  /** Whether an id that was written and not delivered was deleted in between. */
  isCreatedAnew(entityName: string, id: string): boolean {
    const { before } = this.#noted(entityName);
    const later = this.#known().positions(entityName, id).slice(1);
    return later.some((i) => typeof before[i] !== 'object');
  }

  /** Whether an id that was written and not delivered was an entity at any time since. */
  wasThere(entityName: string, id: string): boolean {
    const { before } = this.#noted(entityName);
    return this.#known()
      .positions(entityName, id)
      .some((i) => typeof before[i] === 'object');
  }

  get hasChanges(): boolean {
    for (const { ids } of this.#names.values()) if (ids.length > 0) return true;
    return false;
  }

  /** Whether the slower tier has not been told of the latest write of an id. */
  isPending(entityName: string, id: string): boolean {
    return this.hasChanges && this.#known().has(entityName, id);
  }

  /** Whether it has not been told of something in a key. */
  isPendingIn(entityKey: string): boolean {
    return this.hasChanges && this.#known().hasKey(entityKey);
  }

  /** The ids of a key that were written and not delivered, by name. */
  pendingOf(entityKey: string): Map<string, Set<string>> {
    return this.#known().ofKey(entityKey);
  }

  changedKeys(): Set<string> {
    if (this.#index !== null) return new Set(this.#index.keys());
    const keys = new Set<string>();
    for (const { ids } of this.#names.values()) for (const id of ids) keys.add(this.#o.keyOf(id));
    return keys;
  }

  /**
   * Empties the journal for the keys asked for: one change an id, the latest. A deletion waits for what was written in the
   * same step and must stay: half a move would be neither here nor there after a crash. What turned out to be no change
   * at all is only named.
   */
  takeChanges(
    wanted: (entityKey: string) => boolean,
    onIdle: (entityName: string, id: string) => void = () => {},
  ): Edit[] {
    const { store, keyOf } = this.#o;
    const changes: Edit[] = [];
    const isActive = (name: string, id: string): boolean => typeof store.held(name, id) === 'object';
    const staying = whatStays(this.#names, isActive, (id) => wanted(keyOf(id)));
    this.#index = null;
    for (const [entityName, noted] of this.#names) {
      const { ids, before, steps } = noted;
      noted.ids = [];
      noted.before = [];
      noted.steps = [];
      const seen = new Set<string>();
      for (const [i, id] of ids.entries()) {
        if (staying.has(placeOf(entityName, id))) {
          noted.ids.push(id);
          noted.before.push(before[i]);
          noted.steps.push(steps[i] as number);
        } else if (!seen.has(id)) {
          seen.add(id);
          const held = store.held(entityName, id);
          if (held === before[i]) {
            if (held === undefined) this.#erased.delete(placeOf(entityName, id));
            onIdle(entityName, id);
            continue;
          }
          changes.push(this.#editOf(entityName, id, held, before[i]));
        }
      }
    }
    return changes;
  }

  /** One edit an id, as it would be taken now, and left where it is. */
  pending(): Edit[] {
    const edits: Edit[] = [];
    for (const [entityName, { ids, before }] of this.#names) {
      const seen = new Set<string>();
      for (const [i, id] of ids.entries()) {
        if (seen.has(id)) continue;
        seen.add(id);
        const held = this.#o.store.held(entityName, id);
        if (held !== before[i]) edits.push(this.#editOf(entityName, id, held, before[i]));
      }
    }
    return edits;
  }

  /** The slower tier holds these now. */
  delivered(changes: readonly Change[]): void {
    if (this.#erased.size === 0) return;
    for (const { entityName, id } of changes) {
      // What was taken away again in the meantime has its own delivery before it.
      if (!this.isPending(entityName, id)) this.#erased.delete(placeOf(entityName, id));
    }
  }

  /** Changes that could not be delivered, as far as is known, stand here again, before everything later. */
  giveBack(changes: readonly Edit[]): void {
    this.#index = null;
    for (const [entityName, noted] of this.#names) {
      const ofName = changes.filter((change) => change.entityName === entityName);
      const before = ofName.map(({ base, record }) => new Uncertain(base, record ?? undefined));
      prepend(
        noted,
        ofName.map(({ id }) => id),
        before,
      );
    }
  }

  /**
   * The slower tier lost what it had of a key, and `waiting` was to be sent of it. Every record of it is new there: they
   * are noted when somebody asks, those of all such keys in one look.
   */
  noteKey(entityKey: string, waiting: readonly PendingRecord[] = []): void {
    this.#index = null;
    if (!this.#lost.has(entityKey)) this.#lost.set(entityKey, waiting);
    this.#o.onNoted();
  }

  /** The slower tier is new, and has nothing yet. */
  noteAll(): void {
    this.#noteAnew(() => true, new PlaceMap());
    this.#o.onNoted();
  }

  /** What was written; of a key that was lost, all of it. */
  get #names(): Map<string, Noted> {
    if (this.#lost.size === 0) return this.#written;
    const lost = new Map(this.#lost);
    this.#lost.clear();
    const bases = new PlaceMap<OutboxEntry['base']>();
    for (const { entityName, id, entry } of [...lost.values()].flat()) bases.set(entityName, id, entry.base);
    this.#noteAnew((id) => lost.has(this.#o.keyOf(id)), bases);
    return this.#written;
  }

  #noteAnew(isMeant: (id: string) => boolean, bases: PlaceMap<OutboxEntry['base']>): void {
    const { store } = this.#o;
    this.#index = null;
    for (const entityName of store.names()) {
      const noted = this.#noted(entityName);
      const known = new Set(noted.ids);
      const all = [...[...store.entities(entityName).values()].map(({ id }) => id), ...store.graves(entityName).keys()];
      const ids = all.filter((id) => !known.has(id) && isMeant(id));
      const before = ids.map((id) => new Uncertain(bases.get(entityName, id), undefined));
      prepend(noted, ids, before);
    }
  }

  #editOf(entityName: string, id: string, held: Held, before: Held | Uncertain): Edit {
    const { forms, keyOf } = this.#o;
    const record = forms.encode(entityName, id, held);
    const edit = { entityKey: keyOf(id), entityName, id, record };
    if (!(before instanceof Uncertain)) return { ...edit, base: forms.encode(entityName, id, before) };
    return { ...edit, base: before.base, maybeThere: before.sent };
  }

  #known(): NotedIndex {
    this.#index ??= new NotedIndex(this.#names, this.#o.keyOf);
    return this.#index;
  }

  #noted(entityName: string): Noted {
    return getOrAdd(this.#names, entityName, () => ({ ids: [], before: [], steps: [] }));
  }
}
