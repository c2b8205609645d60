import { type EntityStart, entityStart } from './blob/entityStart.ts';
import { givenTime } from './blob/givenTime.ts';
import { readDraft } from './blob/readDraft.ts';
import { withExpiry } from './blob/retention.ts';
import { takeIn } from './blob/takeIn.ts';
import type { EntityKeyHandler } from './EntityKeyHandler.ts';
import type { Expiries } from './Expiries.ts';
import { TierSyncError } from './errors.ts';
import type { Below } from './interfaces/Below.ts';
import type { AnyEntity, EntityFields } from './interfaces/Entity.ts';
import type { EntitySettings } from './interfaces/EntitySettings.ts';
import type { EntitySyncState } from './interfaces/EntitySyncState.ts';
import type { ILogger } from './interfaces/ILogger.ts';
import type { Lifespan } from './Lifespan.ts';
import { Transaction, type TransactionOptions } from './Transaction.ts';
import type { Held } from './tiers/Held.ts';
import { checkText } from './util/checkName.ts';
import { FrozenDate } from './util/FrozenDate.ts';
import { getOrAdd } from './util/getOrAdd.ts';
import { isPlainObject } from './util/isPlainObject.ts';

export interface DataManagerOptions extends TransactionOptions {
  readonly life: Lifespan;
  readonly keys: EntityKeyHandler;
  readonly below: () => Below | null;
  readonly expiries: Expiries;
  readonly logger: ILogger;
  readonly freeze: boolean;
  readonly settingsOf: (entityName: string) => EntitySettings;
  /** What the schema of a name makes of a draft. */
  readonly validated: (entityName: string, draft: object) => object;
}

/** What a change of an entity is given as: fields to set, or how to find them. */
export type Edit = object | ((current: AnyEntity) => object);

const tag = 'DataManager';

/**
 * Writes and reads entities by name and id. A write happens in memory, at once, whole or not at all; each step emits
 * one event. Reads load the key of an entity on first use.
 */
export class DataManager {
  readonly #o: DataManagerOptions;
  readonly #warned = new Set<string>();
  readonly #starts = new Map<string, EntityStart>();
  #open: Transaction | null = null;
  #lastDate = new FrozenDate(0);

  constructor(options: DataManagerOptions) {
    this.#o = options;
  }

  /** Null: there is none. Undefined: its key is not loaded. */
  peek(entityName: string, id: string): AnyEntity | null | undefined {
    checkText('id', id);
    this.#o.life.assertOpen();
    this.#o.expiries.sweep();
    const held = this.#o.store.held(entityName, id);
    if (held !== undefined) return typeof held === 'number' ? null : held;
    return this.#isElsewhere(id) ? undefined : null;
  }

  syncState(entityName: string, id: string): EntitySyncState | null {
    const isHere = this.peek(entityName, id) != null;
    const below = this.#o.below();
    if (below !== null) return below.stateOf(entityName, id, isHere);
    return isHere ? 'pending' : null;
  }

  async get(entityName: string, id: string): Promise<AnyEntity | null> {
    const bringing = this.#bring(id);
    if (bringing !== null) await bringing;
    this.#assertReadable(entityName, id);
    return this.peek(entityName, id) ?? null;
  }

  save(entityName: string, draft: object): string {
    return this.#step((step) => this.#save(step, entityName, readDraft(entityName, draft)));
  }

  saveMany(entityName: string, drafts: readonly object[]): string[] {
    return this.#step((step) => drafts.map((draft) => this.#save(step, entityName, readDraft(entityName, draft))));
  }

  /** Shallow; undefined removes a field. Null: there is no such entity. What is in memory is changed at once. */
  async update(entityName: string, id: string, edit: Edit): Promise<AnyEntity | null> {
    const bringing = this.#bring(id);
    // Never a part of a batch: what is not loaded yet could not be.
    if (bringing !== null || this.#open !== null) await bringing;
    this.#assertReadable(entityName, id);
    if (!this.peek(entityName, id)) return null;
    this.#step((step) => this.#save(step, entityName, this.#changed(entityName, id, edit)));
    return this.peek(entityName, id) ?? null;
  }

  /** Re-creates an entity where its new values belong; its id changes if its key does. */
  async move(entityName: string, id: string, patch: object): Promise<string> {
    await this.get(entityName, id);
    const current = this.peek(entityName, id) ?? null;
    if (current === null) throw new TierSyncError('invalid-entity', `move: there is no ${entityName} with id ${id}`);
    const { id: _id, ...moved } = this.#changed(entityName, id, patch) as AnyEntity;
    const target = this.#o.keys.generateId(entityName, moved);
    if (this.#o.keyOf(target) === this.#o.keyOf(id)) {
      return this.#step((step) => this.#save(step, entityName, { ...moved, id }));
    }
    return this.#step((step) => {
      const movedTo = this.#save(step, entityName, { ...moved, id: target });
      this.#delete(step, entityName, id);
      return movedTo;
    });
  }

  deleteMany(entityName: string, ids: readonly string[]): void {
    for (const id of ids) this.#o.keys.checkId(id);
    this.#step((step) => {
      for (const id of ids) this.#delete(step, entityName, id);
    });
  }

  /** Deletes all entities of a name, those of keys that are not loaded as soon as they are. */
  clear(entityName: string): void {
    this.#step((step) => {
      for (const { id } of [...this.#o.store.entities(entityName).values()]) this.#delete(step, entityName, id);
      const below = this.#o.below();
      if (below !== null) step.onRollBack(below.clear(entityName, step.now));
    });
  }

  /** Leaves no trace where nobody else could know of it; else a deletion, so that others hear of it. */
  hardDelete(entityName: string, id: string): void {
    this.#o.keys.checkId(id);
    this.#step((step) => {
      if (this.#o.settingsOf(entityName).sync !== false) return this.#delete(step, entityName, id);
      const isThere = this.#o.store.held(entityName, id) !== undefined || this.#isElsewhere(id);
      if (isThere) step.write(entityName, id, undefined);
    });
  }

  /** One step for all writes of a synchronous function. If it throws, none of them happened. */
  batch<T>(work: () => T): T {
    // Asynchronous functions and generators would run outside of the batch, or not at all.
    if (typeof work !== 'function' || work.constructor.name !== 'Function') throw notSynchronous();
    return this.#step(() => {
      const result: unknown = work();
      if (typeof (result as { then?: unknown } | null)?.then !== 'function') return result as T;
      (result as Promise<unknown>).then(undefined, () => {});
      throw notSynchronous();
    });
  }

  /** A step inside a batch is part of it, and still whole or not at all by itself. */
  #step<T>(work: (step: Transaction) => T): T {
    this.#o.life.assertOpen();
    const outer = this.#open;
    this.#o.expiries.sweep();
    const step = outer ?? new Transaction(this.#o);
    const mark = step.mark();
    this.#open = step;
    this.#o.events.hold();
    try {
      const result = work(step);
      this.#open = outer;
      if (outer === null) step.tell('user');
      return result;
    } catch (error) {
      step.rollBackTo(mark);
      throw error;
    } finally {
      this.#open = outer;
      this.#o.events.release();
    }
  }

  /** The draft is an object that nobody else has. */
  #save(step: Transaction, entityName: string, draft: Partial<EntityFields>): string {
    const fields = this.#o.validated(entityName, draft);
    let { id } = draft;
    let held: Held;
    if (id !== undefined) {
      this.#o.keys.checkId(id);
      this.#assertReadable(entityName, id);
      held = this.#o.store.held(entityName, id);
    }
    const previous = typeof held === 'object' ? held : undefined;
    // That of an entity need not be looked at again.
    const { createdAt: given } = draft;
    const wantedAt = given === previous?.createdAt ? given : givenTime(entityName, 'createdAt', given);
    if (id === undefined || (held === undefined && !this.#warned.has(entityName))) {
      // A field comes first, because V8 gives each object that begins with what it spreads, and is added to, a hidden
      // class of its own. That would take a microsecond.
      const made = { createdAt: wantedAt, ...fields };
      made.createdAt = wantedAt ?? this.#dateOf(step.now);
      if (id === undefined) id = this.#o.keys.generateId(entityName, made);
      else this.#warnOfPlace(entityName, id, made);
    }
    const stamp = this.#stamp(entityName, id, held, step.now);
    const updatedAt = this.#dateOf(stamp);
    const createdAt = previous?.createdAt ?? (wantedAt === undefined ? updatedAt : FrozenDate.of(wantedAt));
    const version = (previous?.version ?? 0) + 1;
    const { expiresAfter } = this.#o.settingsOf(entityName);
    const lasting = withExpiry(entityName, fields, { previous, expiresAfter, stamp });
    const Start = getOrAdd(this.#starts, entityName, entityStart);
    const entity = takeIn(entityName, lasting, new Start(id, createdAt, updatedAt, version), this.#o.freeze);
    step.write(entityName, id, entity, held);
    return id;
  }

  #delete(step: Transaction, entityName: string, id: string): void {
    this.#assertReadable(entityName, id);
    const held = this.#o.store.held(entityName, id);
    // Nothing there, or deleted before: nothing to say, unless what is there was never seen.
    if (held === undefined ? !this.#isElsewhere(id) : typeof held === 'number') return;
    step.write(entityName, id, this.#stamp(entityName, id, held, step.now), held);
  }

  #changed(entityName: string, currentId: string, edit: Edit): object {
    const current = (): AnyEntity => this.#o.store.entities(entityName).get(currentId) as AnyEntity;
    const patch = typeof edit === 'function' ? (edit as (current: AnyEntity) => object)(current()) : edit;
    if (!isPlainObject(patch)) {
      throw new TypeError('update() takes an object with the fields to change, or a function that returns one');
    }
    const given = readDraft(entityName, patch);
    if (given['id'] !== undefined && given['id'] !== currentId) {
      throw new TypeError(`an id cannot change; save a new entity, or use move(id, patch) to change its key`);
    }
    // The function may itself have saved the entity: what it did stays.
    const { createdAt, updatedAt, version } = current();
    const changed = { id: currentId, ...(current() as object), ...given, createdAt, updatedAt, version };
    changed.id = currentId;
    return changed;
  }

  /** Later than the clock, and later than what it replaces; unseen, later than all that its key holds or has forgotten. */
  #stamp(entityName: string, id: string, held: Held, now: number): number {
    if (typeof held === 'object') return Math.max(now, held.updatedAt.getTime() + 1);
    const before = this.#o.below()?.stampBefore(entityName, id, held) ?? held ?? 0;
    return Math.max(now, before + 1);
  }

  /** Null: it is in memory, if it is anywhere. */
  #bring(id: string): Promise<void> | null {
    checkText('id', id);
    this.#o.life.assertOpen();
    return this.#o.below()?.bring(id) ?? null;
  }

  #isElsewhere(id: string): boolean {
    return this.#o.below()?.isElsewhere(id) ?? false;
  }

  #assertReadable(entityName: string, id: string): void {
    this.#o.below()?.assertReadable(entityName, id);
  }

  /** All entities of one step share one Date. */
  #dateOf(stamp: number): FrozenDate {
    if (this.#lastDate.getTime() !== stamp) this.#lastDate = new FrozenDate(stamp);
    return this.#lastDate;
  }

  /** A caller's own id is kept, wherever it leads; that its key is not the strategy's is worth one line. */
  #warnOfPlace(entityName: string, id: string, fields: object): void {
    const { keys, keyOf, logger } = this.#o;
    const key = keyOf(id);
    const expected = keys.usualKey(entityName, fields);
    if (key === expected) return;
    this.#warned.add(entityName);
    logger.w(tag, `${entityName} ${id} is kept under ${key}; the key strategy says ${expected}`);
  }
}

const notSynchronous = (): TypeError =>
  new TypeError('batch(fn) takes a synchronous function; await what you need before it');
