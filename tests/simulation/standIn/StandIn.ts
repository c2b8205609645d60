import { BehaviorSubject, Observable, Subject } from 'rxjs';
import { type DataEvent, type EntityChange, type Environment, type IBucket, TierSyncError } from 'tiersync';
import type {
  Marked,
  OpenOptions,
  SimulatedData,
  SimulatedRepository,
} from '../../../src/testing/simulation/SimulatedData.ts';
import { asTierSyncError } from '../../../src/util/asTierSyncError.ts';
import { CloudLink } from './CloudLink.ts';
import { changeOf, entityOf } from './entities.ts';
import { LocalBlob } from './LocalBlob.ts';
import {
  type Defect,
  emptyState,
  fromText,
  isLater,
  type LostEdit,
  placeOf,
  type Rec,
  type State,
  toText,
} from './state.ts';

export interface StandInSettings {
  readonly defects?: readonly Defect[];
  readonly retentionMs: number;
}

/** A tiny data layer with the face of the real one: what the simulation is tested against, sound or broken on purpose. */
export class StandIn implements SimulatedData {
  readonly #events = new Subject<DataEvent>();
  readonly events$ = this.#events;
  readonly #conflicts = new BehaviorSubject<readonly LostEdit[]>([]);
  readonly #lists = new Subject<void>();
  readonly #env: Environment;
  readonly #blob: LocalBlob;
  readonly #state: State;
  readonly #defects: ReadonlySet<Defect>;
  readonly #retentionMs: number;
  readonly #pullMs: number;
  #link: CloudLink | null = null;
  #saving: Promise<unknown> = Promise.resolve();
  #syncing: Promise<unknown> = Promise.resolve();
  #batch: EntityChange[] | null = null;
  readonly #dirty = new Set<string>();
  #isClosed = false;
  #isOffline = false;
  readonly #timers = new Map<string, unknown>();

  static async open(options: OpenOptions, { defects = [], retentionMs }: StandInSettings): Promise<StandIn> {
    const blob = new LocalBlob(options.local as IBucket);
    const text = await blob.read().catch((cause: unknown) => Promise.reject(asTierSyncError(cause, 'not read')));
    let state = emptyState();
    try {
      if (text !== null) state = fromText(text);
    } catch {
      // Torn bytes: the cloud has what was synced.
    }
    return new StandIn(options, blob, state, new Set(defects), retentionMs);
  }

  constructor(options: OpenOptions, blob: LocalBlob, state: State, defects: ReadonlySet<Defect>, retentionMs: number) {
    this.#env = options.environment as Environment;
    this.#blob = blob;
    this.#state = state;
    this.#defects = defects;
    this.#retentionMs = retentionMs;
    this.#pullMs = options.intervals?.pullMs ?? 300_000;
    this.#conflicts.next(state.conflicts);
    this.#connect(options.cloud as IBucket | null | undefined);
    this.#later('pull', this.#pullMs, () => this.#pullAgain());
  }

  readonly sync = {
    forceSync: () => this.#run({ push: true }),
    push: () => this.#run({ push: true }),
    pull: () => this.#run({ push: false }),
    goOffline: () => void (this.#isOffline = true),
    goOnline: () => {
      this.#isOffline = false;
      this.#later('sync', 0, () => this.#inBackground());
    },
    conflicts$: this.#conflicts,
  };

  repo(name: string): SimulatedRepository {
    const held = (id: string): Rec | undefined => this.#state.recs.get(placeOf({ name, id }));
    const peek = (id: string): Marked | null => entityOf(held(id));
    const save = (entity: object): string => {
      const { id = `g0.${this.#env.createId(21)}` } = entity as { id?: string };
      this.#write(name, id, { ...entity });
      return id;
    };
    const all = (): Marked[] => {
      const recs = [...this.#state.recs.values()].filter((rec) => rec.name === name && !rec.isDeleted);
      return recs.map((rec) => entityOf(rec) as Marked).sort((a, b) => (a.id < b.id ? -1 : 1));
    };
    const remove = (id: string): void => void (held(id)?.isDeleted === false && this.#write(name, id, null));
    return {
      save,
      peek,
      get: async (id) => peek(id),
      getAll: async () => all(),
      delete: remove,
      clear: () => this.batch(() => all().forEach(({ id }) => void remove(id))),
      update: async (id, patch) => void (peek(id) !== null && save({ ...held(id)?.fields, ...patch, id })),
      move: async (id, patch) => {
        let moved = '';
        this.batch(() => {
          moved = save({ ...held(id)?.fields, ...patch, id: undefined });
          remove(id);
        });
        return moved;
      },
      observeAll: () =>
        new Observable((observer) => {
          let last = '';
          const tell = (): void => {
            const list = all();
            const text = JSON.stringify(list);
            if (text !== last || this.#defects.has('observers told twice')) observer.next(list);
            last = text;
          };
          tell();
          return this.#lists.subscribe(tell);
        }),
      syncState: (id) => (this.#state.out.has(placeOf({ name, id })) ? 'pending' : 'synced'),
    };
  }

  batch(work: () => void): void {
    this.#assertOpen();
    this.#batch = [];
    work();
    const changes = this.#batch;
    this.#batch = null;
    this.#emit('user', changes);
  }

  async flush(level: 'local' | 'cloud' = 'local'): Promise<void> {
    await this.#persist();
    if (level === 'cloud') await this.#run({ push: true });
  }

  async setCloud(cloud: unknown): Promise<void> {
    this.#connect(cloud as IBucket | null);
  }

  async unload(): Promise<void> {
    await this.#persist();
    this.#isClosed = true;
    for (const timer of this.#timers.values()) this.#env.clearTimer(timer);
    await this.#syncing.catch(() => {});
  }

  #connect(bucket: IBucket | null | undefined): void {
    this.#link =
      bucket == null
        ? null
        : new CloudLink({
            bucket,
            state: this.#state,
            defects: this.#defects,
            retentionMs: this.#retentionMs,
            createId: this.#env.createId,
            persist: () => this.#persist(),
            takeIn: (records, forget) => this.#takeIn(records, forget),
          });
  }

  #write(name: string, id: string, fields: { [field: string]: unknown } | null): void {
    this.#assertOpen();
    const place = placeOf({ name, id });
    const old = this.#state.recs.get(place);
    const stamp = Math.max(this.#env.now(), (old?.stamp ?? this.#state.floor) + 1);
    const mark = fields === null ? `deleted ${old?.mark}` : String(fields['mark']);
    const version = (old?.version ?? 0) + 1;
    const isNew = old === undefined;
    if (!this.#state.out.has(place)) this.#state.out.set(place, { base: isNew ? null : old.mark, isSent: false });
    const rec = { name, id, stamp, isDeleted: fields === null, version, mark, fields: { ...fields, id } };
    this.#state.recs.set(place, rec);
    this.#dirty.add(place);
    const change = changeOf(old, rec);
    if (this.#batch === null) this.#emit('user', [change]);
    else this.#batch.push(change);
    this.#later(
      'flush',
      500,
      () => void this.#persist().catch(() => this.#later('flush', 2_000, () => this.#persistAgain())),
    );
    this.#later('sync', 10_000, () => this.#inBackground());
  }

  #persistAgain(): void {
    this.#persist().catch(() => this.#later('flush', 2_000, () => this.#persistAgain()));
  }

  #takeIn(records: readonly Rec[], forget: readonly string[]): void {
    const { state, changes } = { state: this.#state, changes: new Map<string, EntityChange>() };
    for (const place of forget) {
      const own = state.recs.get(place) as Rec;
      if (state.out.has(place)) this.#report(own, undefined, null);
      state.out.delete(place);
      state.recs.delete(place);
      if (!own.isDeleted) changes.set(place, changeOf(own, { ...own, isDeleted: true }));
    }
    for (const { folded: _, ...rec } of records) {
      const place = placeOf(rec);
      const own = state.recs.get(place);
      if (own !== undefined && own.mark === rec.mark && own.stamp === rec.stamp) continue;
      const isOrdered = !this.#defects.has('no total order') || rec.stamp !== own?.stamp;
      const mustYield = this.#defects.has('merge overwrites an edit made meanwhile') && state.out.has(place);
      const wins = own === undefined || (isOrdered && isLater(rec, own)) || mustYield;
      if (own !== undefined && state.out.has(place)) this.#report(own, rec, wins ? rec : own);
      if (!wins) continue;
      state.recs.set(place, rec);
      this.#dirty.add(place);
      state.out.delete(place);
      if (own === undefined && rec.isDeleted) continue;
      const before = changes.get(place)?.previous;
      const change = changeOf(own, rec);
      changes.set(place, before === undefined ? change : { ...change, previous: before });
    }
    if (changes.size > 0) this.#emit('sync', [...changes.values()]);
    this.#conflicts.next([...state.conflicts]);
  }

  #report(local: Rec, remote: Rec | undefined, winner: Rec | null): void {
    if (this.#defects.has('conflicts not reported')) return;
    const { name: entityName, id } = local;
    const [number, sides] = [this.#state.conflicts.length, { local, remote, winner: winner ?? undefined }];
    const [a, b, c] = [entityOf(sides.local), entityOf(sides.remote), entityOf(sides.winner)];
    this.#state.conflicts.push({ number, entityName, id, local: a, remote: b, winner: c });
  }

  #emit(source: 'user' | 'sync', changes: readonly EntityChange[]): void {
    if (changes.length === 0) return;
    this.#events.next({ type: 'changed', source, changes });
    this.#lists.next();
  }

  /** One after the other: an older state must not arrive after a newer one. */
  #persist(): Promise<void> {
    const write = (): Promise<void> => this.#blob.write(toText(this.#state));
    const result = this.#defects.has('no device lock') ? this.#writeUnlocked() : this.#saving.then(write, write);
    this.#saving = result.catch(() => {});
    return result.catch((cause: unknown) => Promise.reject(asTierSyncError(cause, 'not saved')));
  }

  /** Reads, changes and writes what two may read at once. */
  async #writeUnlocked(): Promise<void> {
    const dirty = [...this.#dirty];
    this.#dirty.clear();
    const text = await this.#blob.read();
    const { recs } = text === null ? emptyState() : fromText(text);
    for (const place of dirty) recs.set(place, this.#state.recs.get(place) as Rec);
    await this.#blob.write(toText({ ...this.#state, recs }));
  }

  #run(how: { push: boolean }): Promise<void> {
    const work = async (): Promise<void> => {
      if (this.#link === null || this.#isOffline) throw new TierSyncError('unavailable', 'no cloud');
      await this.#link.sync(how);
    };
    const result = this.#syncing.then(work, work);
    this.#syncing = result.catch(() => {});
    return result.catch((cause: unknown) => Promise.reject(asTierSyncError(cause, 'not synced')));
  }

  #inBackground(): void {
    if (this.#state.out.size === 0 || this.#isClosed) return;
    this.#run({ push: true }).catch(() => this.#later('sync', 5_000, () => this.#inBackground()));
  }

  #pullAgain(): void {
    this.#run({ push: true }).catch(() => {});
    this.#later('pull', this.#pullMs, () => this.#pullAgain());
  }

  #later(what: string, ms: number, work: () => void): void {
    if (this.#timers.has(what) || this.#isClosed) return;
    const timer = this.#env.setTimer(() => {
      this.#timers.delete(what);
      work();
    }, ms);
    this.#timers.set(what, timer);
  }

  #assertOpen(): void {
    if (this.#isClosed) throw new TierSyncError('closed', 'unloaded');
  }
}
