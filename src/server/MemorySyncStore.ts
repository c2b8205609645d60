import { TierSyncError } from '../errors.ts';
import { SerialQueue } from '../util/SerialQueue.ts';
import { MemoryTenant, type TenantState } from './memory/MemoryTenant.ts';
import type { ChangeListener, SyncStore, TenantReader, TenantWriter } from './SyncStore.ts';

export interface MemorySyncStoreOptions {
  /** A text of that many characters; given by a test that wants the same lineages each time. */
  readonly createId?: (size: number) => string;
}

interface Place {
  state: TenantState;
  readonly writers: SerialQueue;
}

/** The rows of all tenants in memory, and nowhere else: for tests, and to show what a store has to do. */
export class MemorySyncStore implements SyncStore {
  readonly #createId: (size: number) => string;
  readonly #places = new Map<string, Place>();
  readonly #listeners = new Set<ChangeListener>();
  #count = 0;
  #isClosed = false;

  constructor({ createId }: MemorySyncStoreOptions = {}) {
    this.#createId = createId ?? (() => `lineage${++this.#count}`);
  }

  /** What is read stays as it was when the reading began. */
  async read<T>(tenant: string, work: (reader: TenantReader) => Promise<T>): Promise<T> {
    return work(new MemoryTenant(this.#place(tenant).state));
  }

  async write<T>(tenant: string, work: (writer: TenantWriter) => Promise<T>): Promise<T> {
    const place = this.#place(tenant);
    return place.writers.run(async () => {
      const draft = new MemoryTenant(place.state);
      const result = await work(draft);
      const { commit } = draft;
      place.state = draft.state;
      if (commit !== null) for (const listener of [...this.#listeners]) listener(tenant, commit);
      return result;
    });
  }

  async tenants(): Promise<readonly string[]> {
    this.#assertOpen();
    return [...this.#places.keys()];
  }

  onChange(listener: ChangeListener): () => void {
    // Of its own, so that one function that listens twice is told twice.
    const own: ChangeListener = (tenant, commit) => listener(tenant, commit);
    this.#listeners.add(own);
    return () => this.#listeners.delete(own);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#listeners.clear();
  }

  #assertOpen(): void {
    if (this.#isClosed) throw new TierSyncError('closed', 'the server was closed');
  }

  #place(tenant: string): Place {
    this.#assertOpen();
    let place = this.#places.get(tenant);
    if (place === undefined) {
      place = { state: newTenant(this.#createId(12)), writers: new SerialQueue() };
      this.#places.set(tenant, place);
    }
    return place;
  }
}

const newTenant = (lineage: string): TenantState => ({
  head: { lineage, seq: 0, horizon: { seq: 0, stamp: 0 }, permissions: 0 },
  rows: new Map(),
  lines: new Map(),
});
