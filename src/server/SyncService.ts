import type { EntityKeyHandler } from '../EntityKeyHandler.ts';
import { TierSyncError } from '../errors.ts';
import type { Environment } from '../interfaces/Environment.ts';
import type {
  KeysAnswer,
  KeysRequest,
  MetadataAnswer,
  MetadataRequest,
  PullAnswer,
  PullRequest,
  PushAnswer,
  PushRequest,
  WireCursor,
} from '../protocol/messages.ts';
import type { WireChange } from '../protocol/wireChange.ts';
import { placeOf } from '../util/placeOf.ts';
import type { PermissionAction, Principal } from './Principal.ts';
import { isEverything } from './permissions/Access.ts';
import type { Permissions } from './permissions/Permissions.ts';
import type { View } from './permissions/View.ts';
import { draftRow } from './push/draftRow.ts';
import { type JudgeContext, judge, type Pushed } from './push/judge.ts';
import { placeFault } from './push/placeFault.ts';
import { settle } from './push/settle.ts';
import { reachOf } from './reachOf.ts';
import {
  readCollections,
  readCursor,
  readDevice,
  readLimit,
  readPlace,
  readPushed,
  readTexts,
  writePlace,
} from './requests.ts';
import { bytesOfAll, checkTogether, fitting } from './room.ts';
import { deviceOf, metadataOf, pageOf, type RowPage, wireOfRow } from './rows.ts';
import type { SourceFeed } from './SourceFeed.ts';
import type { Heard, SyncOperations } from './SyncOperations.ts';
import type { ChangeListener, Reading, Room, SyncRow, SyncStore, TenantHead, TenantReader } from './SyncStore.ts';

export interface SyncLimits {
  /** Rows in one answer, and what their contents take, but for a commit that is larger. */
  readonly page: number;
  readonly pageBytes: number;
  /** Changes in one push, and what the contents of several may take, as they were and as they become. */
  readonly batch: number;
  readonly batchBytes: number;
  /** How far ahead of the server's clock a stamp may be. */
  readonly aheadMs: number;
}

const mb = 1024 * 1024;

export const defaultSyncLimits: SyncLimits = Object.freeze({
  page: 500,
  pageBytes: 4 * mb,
  batch: 500,
  batchBytes: 4 * mb,
  // A minute more than devices allow themselves: they can only estimate what the server's clock says.
  aheadMs: 6 * 60_000,
});

/** What it is made of; `createSyncServer` puts it together. */
export interface SyncServiceOptions {
  readonly store: SyncStore;
  readonly permissions: Permissions;
  readonly environment: Pick<Environment, 'now'>;
  /** How keys follow from ids; null: whatever a device says is believed. */
  readonly keys?: EntityKeyHandler | null;
  readonly limits?: Partial<SyncLimits>;
  /** What else the application has to show, brought here before somebody looks. */
  readonly sources?: Pick<SourceFeed, 'refresh'> | null;
}

/** One principal before one moment of its tenant. */
interface Seat<Tenant extends TenantReader> {
  readonly tenant: Tenant;
  readonly head: TenantHead;
  readonly view: View;
  readonly cursor: WireCursor;
}

/**
 * What the server does for whoever comes by any door, once it is known who that is. The tenant is that of the principal,
 * whatever a request says, and whatever is read or written is looked at by the one deciding function.
 */
export class SyncService implements SyncOperations {
  readonly #store: SyncStore;
  readonly #permissions: Permissions;
  readonly #now: () => number;
  readonly #keys: EntityKeyHandler | null;
  readonly #limits: SyncLimits;
  readonly #sources: SyncServiceOptions['sources'];

  constructor({ store, permissions, environment, keys = null, limits, sources }: SyncServiceOptions) {
    this.#store = store;
    this.#permissions = permissions;
    this.#now = () => environment.now();
    this.#keys = keys;
    this.#limits = { ...defaultSyncLimits, ...limits };
    this.#sources = sources;
  }

  async pull(principal: Principal, request: PullRequest): Promise<PullAnswer> {
    return (await this.hear(principal, request)).answer;
  }

  async hear(principal: Principal, request: PullRequest, most: number = this.#limits.pageBytes): Promise<Heard> {
    const given = readCursor(request.cursor);
    const collections = readCollections(request.collections);
    const room = { rows: readLimit(request.limit, this.#limits.page), bytes: most };
    this.#assertValid(principal);
    await this.#sources?.refresh(principal.tenant);
    return this.#read(principal, async (seat) => {
      const { head, view } = seat;
      const { reach, horizon } = reachOf(given, seat.cursor, head.horizon);
      if (given === null || reach !== 'since') {
        const answer = { cursor: seat.cursor, reach, changes: [], hasMore: false, horizon, now: this.#now() };
        return { answer, device: null, bytes: 0 };
      }
      const reading = { access: view.access('read'), collections };
      const { rows, hasMore } = await readPage(seat.tenant, given.seq, room, reading);
      const seq = hasMore ? (rows.at(-1) as SyncRow).seq : head.seq;
      const cursor = { ...seat.cursor, seq };
      const answer = { cursor, reach, changes: rows.map(wireOfRow), hasMore, horizon, now: this.#now() };
      return { answer, device: deviceOf(rows), bytes: bytesOfAll(rows) };
    });
  }

  async metadata(principal: Principal, request: MetadataRequest): Promise<MetadataAnswer> {
    const collections = readCollections(request.collections);
    return this.#read(principal, async ({ tenant, view, cursor }) => {
      const sums = await tenant.sums({ access: view.access('read'), collections });
      return { cursor, metadata: metadataOf(sums), now: this.#now() };
    });
  }

  async keys(principal: Principal, request: KeysRequest): Promise<KeysAnswer> {
    const keys = readTexts('keys', request.keys);
    const collections = readCollections(request.collections);
    const after = readPlace(request.after);
    const room = { rows: readLimit(request.limit, this.#limits.page), bytes: this.#limits.pageBytes };
    return this.#read(principal, async ({ tenant, view, cursor }) => {
      const reading = { access: view.access('read'), collections };
      const rows = await tenant.keys({ keys, after, room, reading });
      const fits = fitting(rows, room);
      // One alone may take more; whether there is another one behind it is not known then.
      const page = rows.slice(0, Math.max(1, fits));
      const last = fits < rows.length ? page.at(-1) : undefined;
      const next = last && writePlace({ entityKey: last.entityKey, name: last.record.entityName, id: last.record.id });
      return { cursor, changes: page.map(wireOfRow), next: next ?? null, now: this.#now() };
    });
  }

  async push(principal: Principal, request: PushRequest): Promise<PushAnswer> {
    const since = readCursor(request.since);
    const device = readDevice(request.device);
    const pushed = readPushed(request.changes, this.#limits.batch);
    this.#assertValid(principal);
    return this.#store.write(
      principal.tenant,
      async (tenant) => {
        const [seat, rows] = await Promise.all([
          this.#seat(tenant, principal),
          tenant.find(pushed, this.#limits.batchBytes),
        ]);
        const { head, view, cursor } = seat;
        const now = this.#now();
        const { reach } = reachOf(since, cursor, head.horizon);
        if (reach === 'behind') return { stale: true, now };
        const seen = since !== null && reach === 'since' ? since.seq : 0;
        const stored = new Map<string, SyncRow>();
        for (const row of rows) stored.set(placeOf(row.record.entityName, row.record.id), row);
        const storedOf = ({ name, id }: Pushed): SyncRow | undefined => stored.get(placeOf(name, id));
        const context: JudgeContext = {
          view,
          seen,
          horizon: head.horizon,
          latest: now + this.#limits.aheadMs,
          placeFault: (place) => placeFault(place, this.#keys),
        };
        const settled = settle(
          pushed,
          pushed.map((each) => judge(each, storedOf(each), context)),
        );
        if (settled === 'stale') return { stale: true, now };
        if (pushed.length > 1) checkTogether(settled.taken, this.#limits.batchBytes);
        const isAlone = reach === 'since' && (await isNothingBetween(seat, seen));
        const author = { userId: principal.userId, device, now };
        const drafts = settled.taken.map(({ entityKey, record }) =>
          draftRow(entityKey, record, stored.get(placeOf(record.entityName, record.id)), author),
        );
        const seq = drafts.length === 0 ? head.seq : await tenant.put(drafts);
        return { results: settled.results, cursor: isAlone ? { ...cursor, seq } : null, now };
      },
      pushed,
    );
  }

  /** The newest of one id, a deletion too. Null: there is none, or none that this principal may see. */
  find(principal: Principal, name: string, id: string): Promise<WireChange | null> {
    return this.#read(principal, async ({ tenant, view }) => {
      const [row] = view.may('read', name, id) ? await tenant.find([{ name, id }]) : [];
      return row === undefined ? null : wireOfRow(row);
    });
  }

  /** Without an id: the collection as a whole. */
  checkPermission(
    principal: Principal,
    action: PermissionAction,
    collection: string,
    itemId?: string,
  ): Promise<boolean> {
    return this.#read(principal, async ({ view }) => view.may(action, collection, itemId));
  }

  onChange(listener: ChangeListener): () => void {
    return this.#store.onChange(listener);
  }

  async #read<T>(principal: Principal, work: (seat: Seat<TenantReader>) => Promise<T>): Promise<T> {
    this.#assertValid(principal);
    return this.#store.read(principal.tenant, async (tenant) => work(await this.#seat(tenant, principal)));
  }

  async #seat<Tenant extends TenantReader>(tenant: Tenant, principal: Principal): Promise<Seat<Tenant>> {
    const head = await tenant.head();
    const view = await this.#permissions.viewOf(principal.tenant, tenant, head.permissions, principal);
    return { tenant, head, view, cursor: { lineage: head.lineage, view: view.id, seq: head.seq } };
  }

  #assertValid({ expiresAt = Number.POSITIVE_INFINITY }: Principal): void {
    if (expiresAt <= this.#now()) throw new TierSyncError('auth-needed', 'the sign-in has run out; sign in again');
  }
}

async function readPage(tenant: TenantReader, after: number, room: Room, reading: Reading): Promise<RowPage> {
  const rows = await tenant.feed({ after, room, reading });
  const page = pageOf(rows, room);
  if (page !== null) return page;
  const { seq } = rows[0] as SyncRow;
  return { rows: await tenant.feed({ after, until: seq, reading }), hasMore: true };
}

/** The first row is told all the same. */
const nothing: Room = { rows: 0, bytes: 0 };

/** Whether nothing that this principal could see happened since. */
async function isNothingBetween({ tenant, head, view }: Seat<TenantReader>, seen: number): Promise<boolean> {
  if (seen === head.seq) return true;
  const reading = { access: view.access('read'), collections: null };
  // What is not forgotten of the last commit is there to be seen.
  if (isEverything(reading.access)) return false;
  return (await tenant.feed({ after: seen, room: nothing, reading })).length === 0;
}
