import type {
  BackendChange,
  BackendOptions,
  BackendRecord,
  BackendRefusal,
  Pulled,
  Pushed,
  PushOptions,
  PushResult,
  TooOld,
} from 'tiersync/client';

interface Row {
  readonly seq: number;
  readonly text: string;
}

/** What goes wrong with one call: it never arrives, or its answer does not. */
export type Loss = 'request' | 'reply';

const wait = (): Error => new Error('the network is down');

/** A backend as somebody would write it, over a table that holds each change as a text; and what can go wrong with it. */
export class TableBackend implements BackendOptions {
  readonly rows = new Map<string, Row>();
  readonly pulls: unknown[] = [];
  /** What was pushed, batch by batch, whether or not it was answered. */
  readonly pushes: string[][] = [];
  /** Answers instead of the table, once each. */
  readonly answers: { readonly pull: unknown[]; readonly push: unknown[] } = { pull: [], push: [] };
  /** What becomes of the next calls; null: nothing out of the ordinary. */
  readonly losses: { readonly pull: (Loss | null)[]; readonly push: (Loss | null)[] } = { pull: [], push: [] };
  refuse: (change: BackendChange) => BackendRefusal | null = () => null;
  /** Something happens between the look of a device and its push. */
  beforePush: () => void = () => {};
  lineage: string | undefined;
  /** Deletions up to here are gone. */
  purged = 0;
  forgotten: number | undefined;
  givesCursor = false;
  pageSize = 100;
  #seq = 0;
  readonly #listeners = new Set<() => void>();

  async pull(cursor: unknown): Promise<Pulled | TooOld> {
    this.pulls.push(cursor);
    return this.#call('pull', () => this.#page(cursor as { readonly at: number } | null)) as Promise<Pulled | TooOld>;
  }

  async push(changes: readonly BackendChange[], { cursor }: PushOptions): Promise<Pushed> {
    this.beforePush();
    this.pushes.push(changes.map(({ id }) => id));
    return this.#call('push', () =>
      this.#takeAll(changes, cursor as { readonly at: number } | null),
    ) as Promise<Pushed>;
  }

  subscribe(onPoke: () => void): () => void {
    this.#listeners.add(onPoke);
    return () => this.#listeners.delete(onPoke);
  }

  get listeners(): number {
    return this.#listeners.size;
  }

  poke(): void {
    for (const listener of this.#listeners) listener();
  }

  /** Somebody else writes. */
  put(change: BackendRecord): void {
    this.rows.set(`${change.entityName}/${change.id}`, { seq: ++this.#seq, text: JSON.stringify(change) });
  }

  held(entityName: string, id: string): BackendChange | undefined {
    const row = this.rows.get(`${entityName}/${id}`);
    return row && (JSON.parse(row.text) as BackendChange);
  }

  /** Removes what is deleted, as if it had never been. */
  purge(): void {
    for (const [place, { text }] of this.rows) if (JSON.parse(text).entity === null) this.rows.delete(place);
    this.purged = this.#seq;
  }

  /** Somebody begins anew, with nothing. */
  empty(lineage: string): void {
    this.rows.clear();
    this.lineage = lineage;
  }

  async #call(what: 'pull' | 'push', work: () => unknown): Promise<unknown> {
    const loss = this.losses[what].shift() ?? null;
    if (loss === 'request') throw wait();
    const answer = this.answers[what].length > 0 ? this.answers[what].shift() : work();
    if (loss === 'reply') throw wait();
    return answer;
  }

  #page(cursor: { readonly at: number } | null): Pulled | TooOld {
    const at = cursor?.at ?? 0;
    if (cursor !== null && at < this.purged) {
      return { tooOld: true, ...(this.forgotten === undefined ? {} : { forgotten: this.forgotten }) };
    }
    const newer = [...this.rows.values()].filter(({ seq }) => seq > at).sort((a, b) => a.seq - b.seq);
    const page = newer.slice(0, this.pageSize);
    return {
      changes: page.map(({ text }) => JSON.parse(text)),
      cursor: { at: newer.length > page.length ? page.at(-1)!.seq : this.#seq },
      hasMore: newer.length > page.length,
      ...(this.lineage === undefined ? {} : { lineage: this.lineage }),
    };
  }

  #takeAll(changes: readonly BackendChange[], cursor: { readonly at: number } | null): Pushed {
    const isAlone = cursor?.at === this.#seq;
    const results = changes.map((change) => this.#take(change));
    return this.givesCursor && isAlone ? { results, cursor: { at: this.#seq } } : results;
  }

  #take(change: BackendChange): PushResult {
    const rejected = this.refuse(change);
    if (rejected !== null) return { rejected };
    const row = this.held(change.entityName, change.id);
    if (row !== undefined && row.order >= change.order) return { superseded: row };
    this.put(change);
    return 'applied';
  }
}
