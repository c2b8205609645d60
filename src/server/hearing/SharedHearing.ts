import type { PullRequest } from '../../protocol/messages.ts';
import { getOrAdd } from '../../util/getOrAdd.ts';
import type { Principal } from '../Principal.ts';
import type { Permissions } from '../permissions/Permissions.ts';
import type { View } from '../permissions/View.ts';
import { isRead } from '../reading.ts';
import { bytesOfAll } from '../room.ts';
import { deviceOf, pageOf, type RowPage, wireOfRow } from '../rows.ts';
import type { Heard, SyncOperations } from '../SyncOperations.ts';
import type { SyncRow, SyncStore, TenantReader } from '../SyncStore.ts';
import { Audiences, type Listener } from './Audiences.ts';
import { type Moment, rowsAfter, TenantTail } from './TenantTail.ts';

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
  readonly #audiences = new Map<string, Audiences>();
  readonly #stop: () => void;

  constructor(parts: SharedHearingParts) {
    this.#parts = parts;
    this.#stop = parts.service.onChange((tenant, commit) => {
      // Of a tenant for whom nobody listens nothing is kept.
      if (this.#tails.get(tenant)?.changed(commit) === false) this.#tails.delete(tenant);
      const audiences = this.#audiences.get(tenant);
      if (audiences !== undefined) void this.#tell(tenant, audiences);
    });
  }

  /** From then on the listener is nudged for what concerns it. Answers how to leave. */
  async join(principal: Principal, collections: readonly string[], listener: Listener): Promise<() => void> {
    const { tenant } = principal;
    const moment = await this.#tailOf(tenant).moment();
    const view = await this.#viewOf(principal, moment);
    const audiences = getOrAdd(this.#audiences, tenant, () => new Audiences(moment.head));
    const leave = audiences.join(view, collections, listener);
    return () => {
      leave();
      if (audiences.isEmpty && this.#audiences.get(tenant) === audiences) this.#audiences.delete(tenant);
    };
  }

  /** As the service does. */
  async hear(principal: Principal, request: PullRequest, most: number): Promise<Heard> {
    const heard = await this.#fromTail(principal, request, most);
    return heard ?? (await this.#parts.service.hear(principal, request, most));
  }

  close(): void {
    this.#stop();
    this.#tails.clear();
    this.#audiences.clear();
  }

  async #tell(tenant: string, audiences: Audiences): Promise<void> {
    try {
      audiences.changed(await this.#tailOf(tenant).moment());
    } catch {
      // Each tries by itself, and again.
      audiences.nudgeAll();
    }
  }

  #tailOf(tenant: string): TenantTail {
    return getOrAdd(this.#tails, tenant, () => new TenantTail(this.#parts.store, tenant));
  }

  #viewOf(principal: Principal, { head, lines }: Moment): Promise<View> {
    const reader = { permissions: async () => lines } as Pick<TenantReader, 'permissions'> as TenantReader;
    return this.#parts.permissions.viewOf(principal.tenant, reader, head.permissions, principal);
  }

  /** Null: it has to be looked up. */
  async #fromTail(principal: Principal, request: PullRequest, most: number): Promise<Heard | null> {
    const { now } = this.#parts;
    const { tenant, expiresAt = Number.POSITIVE_INFINITY } = principal;
    const { cursor, collections = [], limit } = request;
    if (cursor === null || limit === undefined || expiresAt <= now()) return null;
    const moment = await this.#tailOf(tenant).moment();
    const { head, from, rows } = moment;
    if (cursor.lineage !== head.lineage || cursor.seq > head.seq) return null;
    if (cursor.seq < Math.max(from, head.horizon.seq)) return null;
    const view = await this.#viewOf(principal, moment);
    if (view.id !== cursor.view) return null;
    const reading = { access: view.access('read'), collections: collections.length === 0 ? null : collections };
    const seen = rowsAfter(rows, cursor.seq).filter((row) => isRead(reading, row));
    const page = pageOf(seen, { rows: limit, bytes: most }) ?? firstOf(seen);
    const last = page.hasMore ? page.rows.at(-1) : undefined;
    const answer = {
      cursor: { ...cursor, seq: last?.seq ?? head.seq },
      reach: 'since' as const,
      changes: page.rows.map(wireOfRow),
      hasMore: page.hasMore,
      horizon: head.horizon,
      now: now(),
    };
    return { answer, device: deviceOf(page.rows), bytes: bytesOfAll(page.rows) };
  }
}

/** One commit by itself, which is told whole however large it is. */
function firstOf(rows: readonly SyncRow[]): RowPage {
  const { seq } = rows[0] as SyncRow;
  return { rows: rows.filter((row) => row.seq === seq), hasMore: true };
}
