import type { IBucket } from 'tiersync';
import { type Commit, type Defect, type Head, type Index, isLater, placeOf, type Rec, type State } from './state.ts';

export interface CloudLinkOptions {
  readonly bucket: IBucket;
  readonly state: State;
  readonly defects: ReadonlySet<Defect>;
  readonly retentionMs: number;
  readonly createId: (size: number) => string;
  /** Durable on this device; rejects if it could not be made so. */
  readonly persist: () => Promise<void>;
  /** Takes records of others in: one step. `forget` are places that are gone without a tombstone. */
  readonly takeIn: (records: readonly Rec[], forget: readonly string[]) => void;
}

type Found = { readonly head: Head; readonly version: string };

const maxTail = 6;
const maxTries = 12;
const encode = (value: object): Uint8Array => new TextEncoder().encode(JSON.stringify(value));
const decode = (bytes: Uint8Array): unknown => JSON.parse(new TextDecoder().decode(bytes));
const keyOf = ({ id }: Rec): string => id.slice(0, id.indexOf('.'));

/** The idea of a bucket shared by many devices, in few lines: a head by compare-and-swap, everything else immutable. */
export class CloudLink {
  readonly #o: CloudLinkOptions;

  constructor(options: CloudLinkOptions) {
    this.#o = options;
  }

  async sync({ push }: { push: boolean }): Promise<void> {
    const { state, defects } = this.#o;
    for (let tries = 0; tries < maxTries; tries++) {
      const found = await this.#pull();
      let pending = [...state.out.keys()].map((place) => state.recs.get(place)).filter((rec) => rec !== undefined);
      if (defects.has('a batch sent in halves') && tries === 0)
        pending = pending.slice(0, Math.ceil(pending.length / 2));
      if (pending.length === 0 || !push) {
        if (defects.has('a sync always writes')) await this.#o.bucket.put('app/touched', encode({}));
        if (push && found !== null && found.head.tail.length >= maxTail) await this.#checkpoint(found);
        return;
      }
      for (const rec of pending) this.#note(placeOf(rec), true);
      await this.#o.persist();
      if (defects.has('outbox cleared too early')) for (const rec of pending) state.out.delete(placeOf(rec));
      if (await this.#commit(found, pending)) return;
    }
    throw new Error('others were always faster');
  }

  #note(place: string, isSent: boolean): void {
    const entry = this.#o.state.out.get(place);
    if (entry !== undefined) this.#o.state.out.set(place, { ...entry, isSent });
  }

  async #commit(found: Found | null, changes: readonly Rec[]): Promise<boolean> {
    const before = found?.head ?? { seq: 0, checkpoint: { seq: 0, index: null }, tail: [] };
    const commit: Commit = { seq: before.seq + 1, changes };
    const head: Head = { ...before, seq: commit.seq, tail: [...before.tail, commit] };
    const answer = await this.#putHead(head, found);
    if (answer === 'conflict') return false;
    this.#confirm([commit]);
    this.#o.state.cursor = head.seq;
    await this.#o.persist();
    if (head.tail.length >= maxTail) await this.#checkpoint({ head, version: answer.version });
    return true;
  }

  #putHead(head: Head, found: Found | null): ReturnType<IBucket['put']> {
    const condition = found === null ? { ifAbsent: true as const } : { ifVersion: found.version };
    const isConditional = !this.#o.defects.has('no compare-and-swap');
    return this.#o.bucket.put('app/head', encode(head), isConditional ? condition : {});
  }

  /** What the cloud holds of ours is sent, if it is still the latest. */
  #confirm(commits: readonly Commit[]): void {
    const { state } = this.#o;
    for (const rec of commits.flatMap(({ changes }) => changes)) {
      const place = placeOf(rec);
      const entry = state.out.get(place);
      const own = state.recs.get(place);
      if (entry === undefined || own === undefined) continue;
      if (own.mark === rec.mark && own.stamp === rec.stamp) state.out.delete(place);
      else if (!entry.isSent) state.out.set(place, { ...entry, base: rec.mark });
    }
  }

  async #pull(): Promise<Found | null> {
    const { bucket, state } = this.#o;
    const object = await bucket.get('app/head');
    if (object === null || object === 'unchanged') return null;
    const head = decode(object.bytes) as Head;
    if (head.seq === state.cursor) return { head, version: object.version };
    const old = state.cursor < head.checkpoint.seq ? await this.#readCheckpoint(head) : null;
    const fresh = head.tail.filter(({ seq }) => seq > state.cursor);
    const forget = old === null ? [] : this.#rebase(old, head);
    this.#confirm([{ seq: 0, changes: old?.records ?? [] }, ...fresh]);
    this.#o.takeIn([...(old?.records ?? []), ...fresh.flatMap(({ changes }) => changes)], forget);
    state.cursor = head.seq;
    await this.#o.persist();
    return { head, version: object.version };
  }

  async #readCheckpoint({ checkpoint }: Head): Promise<{ index: Index; records: Rec[]; known: Set<string> }> {
    const index = (await this.#read(checkpoint.index ?? '')) as Index;
    const known = new Set<string>();
    const records: Rec[] = [];
    for (const [key, { object, stamp }] of Object.entries(index.blobs)) {
      const blob = (await this.#read(object)) as Rec[];
      for (const rec of blob) known.add(placeOf(rec));
      const own = [...this.#o.state.recs.values()].filter((rec) => keyOf(rec) === key).map((rec) => rec.stamp);
      if (this.#o.defects.has('index believed over data') && Math.max(0, ...own) >= stamp) continue;
      records.push(...blob);
    }
    return { index, records, known };
  }

  /** What the cloud has forgotten since we looked last: places to forget here too. */
  #rebase({ index, known }: { index: Index; known: Set<string> }, head: Head): string[] {
    const { state, defects } = this.#o;
    const { horizon } = index;
    const isKnown = (place: string): boolean =>
      known.has(place) || head.tail.some(({ changes }) => changes.some((rec) => placeOf(rec) === place));
    const isUnsent = (place: string): boolean => {
      const entry = state.out.get(place);
      const ignoresSent = defects.has('creation with a lost reply taken for unsent');
      return entry?.base === null && (!entry.isSent || ignoresSent);
    };
    const forget: string[] = [];
    const isBehind = state.cursor > 0 && state.cursor < horizon.seq && !defects.has('no horizon');
    for (const [place, rec] of state.recs) {
      if (isKnown(place) || isUnsent(place)) continue;
      const isEdit = state.out.has(place);
      if (rec.isDeleted && !isEdit) forget.push(place);
      else if (isBehind && (!isEdit || rec.stamp <= horizon.stamp)) forget.push(place);
    }
    if (defects.has('creation below the horizon not stamped anew')) return forget;
    state.floor = Math.max(state.floor, horizon.stamp);
    for (const [place, rec] of state.recs) {
      if (isUnsent(place) && !isKnown(place) && rec.stamp <= state.floor && !rec.isDeleted) {
        state.recs.set(place, { ...rec, stamp: state.floor + 1 });
      }
    }
    return forget;
  }

  async #checkpoint({ head, version }: Found): Promise<void> {
    const { bucket, state, defects, createId } = this.#o;
    const old = head.checkpoint.index === null ? null : await this.#readCheckpoint(head);
    const merged = new Map((old?.records ?? []).map((rec) => [placeOf(rec), rec]));
    const changes = head.tail.flatMap((commit) => commit.changes);
    if (defects.has('checkpoint adds changes')) {
      for (const place of state.out.keys()) changes.push(state.recs.get(place) as Rec);
      state.out.clear();
    }
    for (const rec of changes) {
      const before = merged.get(placeOf(rec));
      if (before === undefined || isLater(rec, before)) {
        merged.set(placeOf(rec), rec.isDeleted ? { ...rec, folded: head.seq } : rec);
      }
    }
    const tag = `@${head.seq}-${createId(8)}`;
    const blobs: Record<string, { object: string; stamp: number }> = {};
    const { kept, horizon, history } = await this.#collect(merged, old?.index ?? null, head.seq, tag);
    for (const key of new Set(kept.map(keyOf))) {
      const records = kept.filter((rec) => keyOf(rec) === key);
      await bucket.put(`app/data/${key}${tag}`, encode(records));
      blobs[key] = { object: `app/data/${key}${tag}`, stamp: Math.max(...records.map(({ stamp }) => stamp)) };
    }
    await bucket.put(`app/index/${tag}`, encode({ blobs, history, horizon } satisfies Index));
    await this.#swap({ head, version }, { seq: head.seq, index: `app/index/${tag}` });
  }

  /** Without the tombstones that everybody has had time to hear of. The store's clock is asked by writing something. */
  async #collect(merged: ReadonlyMap<string, Rec>, before: Index | null, seq: number, tag: string) {
    const { bucket, defects, retentionMs } = this.#o;
    const put = await bucket.put(`app/time${tag}`, encode({}));
    const now = put === 'conflict' ? 0 : (put.time?.getTime() ?? 0);
    const history = [...(before?.history ?? []), [seq, now] as const];
    const cut = Math.max(0, ...history.filter(([, time]) => time <= now - retentionMs).map(([at]) => at));
    const byStamp = defects.has('tombstones collected by their stamp');
    const isOld = (rec: Rec): boolean =>
      rec.isDeleted && (byStamp ? rec.stamp <= now - retentionMs : (rec.folded ?? seq) <= cut);
    const gone = [...merged.values()].filter(isOld);
    const horizon = {
      seq: Math.max(before?.horizon.seq ?? 0, ...gone.map(({ folded = 0 }) => (byStamp ? 0 : folded))),
      stamp: Math.max(before?.horizon.stamp ?? 0, ...gone.map(({ stamp }) => stamp)),
    };
    return { kept: [...merged.values()].filter((rec) => !isOld(rec)), horizon, history };
  }

  async #swap(from: Found, checkpoint: Head['checkpoint']): Promise<void> {
    let found = from;
    for (let tries = 0; tries < 3; tries++) {
      if (found.head.checkpoint.index !== from.head.checkpoint.index) return;
      const tail = found.head.tail.filter(({ seq }) => seq > checkpoint.seq);
      if ((await this.#putHead({ seq: found.head.seq, checkpoint, tail }, found)) !== 'conflict') return;
      const object = await this.#o.bucket.get('app/head');
      if (object === null || object === 'unchanged') return;
      found = { head: decode(object.bytes) as Head, version: object.version };
    }
  }

  async #read(name: string): Promise<unknown> {
    const object = await this.#o.bucket.get(name);
    if (object === null || object === 'unchanged') throw new Error(`${name} is missing`);
    return decode(object.bytes);
  }
}
