import { tombstone } from '../blob/records.ts';
import type { Environment } from '../interfaces/Environment.ts';
import { draftRow } from './push/draftRow.ts';
import { commitRoom } from './room.ts';
import type { SyncRow, SyncStore } from './SyncStore.ts';

/** Which store it keeps tidy. */
export interface HousekeepingOptions {
  readonly store: SyncStore;
  readonly environment: Pick<Environment, 'now'>;
  /** How long deletions are remembered; half a year unless told. Who was away for longer compares everything once. */
  readonly tombstoneRetentionMs?: number;
}

/** What was done in one tenant. */
export interface Collected {
  /** Entities whose time was over. */
  readonly expired: number;
  /** Deletions that are not remembered any more. */
  readonly forgotten: number;
}

const dayMs = 24 * 60 * 60_000;

/** Ends what is over and forgets what was deleted long ago. Late is harmless, and so is twice at once. */
export class Housekeeping {
  readonly #store: SyncStore;
  readonly #now: () => number;
  readonly #retentionMs: number;

  constructor({ store, environment, tombstoneRetentionMs = 180 * dayMs }: HousekeepingOptions) {
    this.#store = store;
    this.#now = () => environment.now();
    this.#retentionMs = tombstoneRetentionMs;
  }

  /** One tenant. */
  async collect(tenant: string): Promise<Collected> {
    let expired = 0;
    for (let count = await this.#expire(tenant); count > 0; count = await this.#expire(tenant)) expired += count;
    const before = this.#now() - this.#retentionMs;
    return { expired, forgotten: await this.#store.write(tenant, (writer) => writer.dropDeletions(before)) };
  }

  /** All of them. */
  async collectAll(): Promise<ReadonlyMap<string, Collected>> {
    const collected = new Map<string, Collected>();
    for (const tenant of await this.#store.tenants()) collected.set(tenant, await this.collect(tenant));
    return collected;
  }

  #expire(tenant: string): Promise<number> {
    return this.#store.write(tenant, async (writer) => {
      const now = this.#now();
      const rows = await writer.expired(now, commitRoom);
      if (rows.length > 0) await writer.put(rows.map((row) => ended(row, now)));
      return rows.length;
    });
  }
}

/** With the stamp of its last version: it ends exactly that one, and loses to any later edit. */
function ended(row: SyncRow, now: number): ReturnType<typeof draftRow> {
  const { entityName, id, time } = row.record;
  const author = { userId: null, device: null, now };
  return draftRow(row.entityKey, tombstone(entityName, id, time), row, author);
}
