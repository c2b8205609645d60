import type { PullRequest } from '../../protocol/messages.ts';
import { getOrAdd } from '../../util/getOrAdd.ts';
import type { Principal } from '../Principal.ts';
import type { Permissions } from '../permissions/Permissions.ts';
import { isRead } from '../reading.ts';
import { deviceOf, pageOf, wireOfRow } from '../rows.ts';
import type { Heard, SyncOperations } from '../SyncOperations.ts';
import type { SyncRow, SyncStore, TenantReader } from '../SyncStore.ts';
import { TenantTail } from './TenantTail.ts';

export interface SharedHearingParts {
  readonly store: SyncStore;
  readonly permissions: Permissions;
  /** Answers what the latest commits do not. */
  readonly service: SyncOperations;
  readonly now: () => number;
}

/**
 * What many sockets hear of the same commits. A commit is read once for all of them, and what each may see of it is
 * decided for each: the answers are those of the service.
 */
export class SharedHearing {
  readonly #parts: SharedHearingParts;
  readonly #tails = new Map<string, TenantTail>();
  readonly #stop: () => void;

  /** To be made before whoever asks it on each change: changes are told in that order. */
  constructor(parts: SharedHearingParts) {
    this.#parts = parts;
    this.#stop = parts.service.onChange((tenant, commit) => {
      // Of a tenant for whom nobody listens nothing is kept.
      if (this.#tails.get(tenant)?.changed(commit) === false) this.#tails.delete(tenant);
    });
  }

  /** As the service does. */
  async hear(principal: Principal, request: PullRequest): Promise<Heard> {
    return (await this.#fromTail(principal, request)) ?? (await this.#parts.service.hear(principal, request));
  }

  close(): void {
    this.#stop();
    this.#tails.clear();
  }

  /** Null: it has to be looked up. */
  async #fromTail(principal: Principal, request: PullRequest): Promise<Heard | null> {
    const { store, permissions, now } = this.#parts;
    const { tenant, expiresAt = Number.POSITIVE_INFINITY } = principal;
    const { cursor, collections = [], limit } = request;
    if (cursor === null || limit === undefined || expiresAt <= now()) return null;
    const tail = getOrAdd(this.#tails, tenant, () => new TenantTail(store, tenant));
    const { head, lines, from, rows } = await tail.moment();
    if (cursor.lineage !== head.lineage || cursor.seq > head.seq) return null;
    if (cursor.seq < Math.max(from, head.horizon.seq)) return null;
    const reader = { permissions: async () => lines } as Pick<TenantReader, 'permissions'> as TenantReader;
    const view = await permissions.viewOf(tenant, reader, head.permissions, principal);
    if (view.id !== cursor.view) return null;
    const reading = { access: view.access('read'), collections: collections.length === 0 ? null : collections };
    const seen = after(rows, cursor.seq).filter((row) => isRead(reading, row));
    const page = pageOf(seen.slice(0, limit + 1), limit);
    if (page === null) return null;
    const last = page.hasMore ? page.rows.at(-1) : undefined;
    const answer = {
      cursor: { ...cursor, seq: last?.seq ?? head.seq },
      reach: 'since' as const,
      changes: page.rows.map(wireOfRow),
      hasMore: page.hasMore,
      horizon: head.horizon,
      now: now(),
    };
    return { answer, device: deviceOf(page.rows) };
  }
}

/** Those who listen are near the end. */
function after(rows: readonly SyncRow[], seq: number): readonly SyncRow[] {
  let first = rows.length;
  while (first > 0 && (rows[first - 1] as SyncRow).seq > seq) first -= 1;
  return rows.slice(first);
}
