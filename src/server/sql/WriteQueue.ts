import type { RowName, TenantWriter } from '../SyncStore.ts';

/** What somebody wants to do as one commit. */
export interface Work {
  /** The rows that it looks for; it does nothing but that, and putting rows. Null: it may do anything, and is done by itself. */
  readonly about: readonly RowName[] | null;
  readonly run: (writer: TenantWriter) => Promise<unknown>;
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: unknown) => void;
}

/** Rows that are looked for in one transaction. */
const rowsAtMost = 1_000;

/**
 * One transaction of a tenant at a time. Those who come meanwhile share the next one: the way to the disk and back is the
 * same for one as for many, and none of them holds a connection while it waits.
 */
export class WriteQueue {
  readonly #transact: (tenant: string, works: readonly Work[]) => Promise<number>;
  /** Of each tenant that is being written to. */
  readonly #waiting = new Map<string, Work[]>();

  /** The transaction settles the first of its works and answers how many, unless it fails. */
  constructor(transact: (tenant: string, works: readonly Work[]) => Promise<number>) {
    this.#transact = transact;
  }

  add<T>(tenant: string, about: Work['about'], run: (writer: TenantWriter) => Promise<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      const work: Work = { about, run, resolve: resolve as Work['resolve'], reject };
      const waiting = this.#waiting.get(tenant);
      if (waiting !== undefined) waiting.push(work);
      else void this.#drain(tenant, [work]);
    });
  }

  async #drain(tenant: string, waiting: Work[]): Promise<void> {
    this.#waiting.set(tenant, waiting);
    while (waiting.length > 0) {
      const works = waiting.splice(0, howMany(waiting));
      try {
        const done = await this.#transact(tenant, works);
        waiting.unshift(...works.slice(done));
      } catch (error) {
        for (const { reject } of works) reject(error);
      }
    }
    this.#waiting.delete(tenant);
  }
}

/** The first, and those behind it that go together with it. */
function howMany(waiting: readonly Work[]): number {
  let rows = 0;
  const end = waiting.findIndex(({ about }, n) => {
    if (about === null) return true;
    rows += about.length;
    return n > 0 && rows > rowsAtMost;
  });
  return end === -1 ? waiting.length : Math.max(1, end);
}
