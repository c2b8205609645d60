import type { EntityKeyHandler } from '../../EntityKeyHandler.ts';
import type { JsonValue, StoredEntity } from '../../interfaces/EntityKeyData.ts';
import type { Refusal } from '../../interfaces/OutboxEntry.ts';
import type { WireChange } from '../../protocol/wireChange.ts';
import { isSame } from '../../util/isSame.ts';
import { Denial } from '../Denial.ts';
import type { Principal } from '../Principal.ts';
import type { SyncService } from '../SyncService.ts';
import { type Found, nextVersion, tombstoneOf } from './nextVersion.ts';

type Fields = { readonly [field: string]: JsonValue };

export interface DocumentPage {
  readonly entities: readonly StoredEntity[];
  readonly next: string | null;
}

/** What became of a write: the document as it stands now. */
export interface Written {
  readonly entity: StoredEntity;
  readonly isNew: boolean;
}

export interface DocumentsParts {
  readonly service: SyncService;
  /** How keys follow from ids; null: only documents that are there already can be written. */
  readonly keys: EntityKeyHandler | null;
  readonly now: () => number;
}

/** What to write, if anything, and what to answer then. */
interface Step<T> {
  readonly change?: WireChange;
  readonly result: T;
}

/** No device: everybody hears of it. */
const ownDevice = '$server';

/** Others who write to the same document at the same moment are waited for so often. */
const triesAtMost = 10;

/** Reads and writes single documents for those who keep no copy of their own: REST, and the application's own code. */
export class Documents {
  readonly #service: SyncService;
  readonly #keys: EntityKeyHandler | null;
  readonly #now: () => number;

  constructor({ service, keys, now }: DocumentsParts) {
    this.#service = service;
    this.#keys = keys;
    this.#now = now;
  }

  /** Null: there is none, or none that this principal may see. */
  async get(principal: Principal, collection: string, id: string): Promise<StoredEntity | null> {
    return entityOf(await this.#service.find(principal, collection, id));
  }

  /** In the order of keys and ids, without deletions. */
  async list(
    principal: Principal,
    collection: string,
    { after, limit }: { readonly after?: string; readonly limit?: number } = {},
  ): Promise<DocumentPage> {
    const { changes, next } = await this.#page(principal, collection, { after, limit });
    return { entities: changes.flatMap((change) => ('entity' in change ? [change.entity] : [])), next };
  }

  /** The deletions among the records of a collection. */
  async deletions(
    principal: Principal,
    collection: string,
    { after, limit }: { readonly after?: string; readonly limit?: number } = {},
  ): Promise<{ readonly deletions: readonly { id: string; deletedAt: string }[]; readonly next: string | null }> {
    const { changes, next } = await this.#page(principal, collection, { after, limit });
    const deletions = changes.flatMap((change) =>
      'entity' in change ? [] : [{ id: change.id, deletedAt: change.deletedAt }],
    );
    return { deletions, next };
  }

  /** Gives a document these fields and no others; what stands there already is not written again. */
  put(principal: Principal, collection: string, id: string, fields: Fields): Promise<Written> {
    return this.#write(principal, collection, id, (found) => {
      const held = entityOf(found.change);
      const entity = nextVersion(id, fields, found);
      const { updatedAt, version } = entity;
      const isNew = held === null;
      if (!isNew && isSame({ ...held, updatedAt, version }, entity)) return { result: { entity: held, isNew } };
      return { result: { entity, isNew }, change: { key: found.key, name: collection, entity } };
    });
  }

  /** False: there was none, or none that this principal may see. */
  remove(principal: Principal, collection: string, id: string): Promise<boolean> {
    return this.#write(principal, collection, id, (found) => {
      if (entityOf(found.change) === null) return { result: false };
      return { result: true, change: { key: found.key, name: collection, id, deletedAt: tombstoneOf(found) } };
    });
  }

  async #page(
    principal: Principal,
    collection: string,
    { after, limit }: { readonly after?: string | undefined; readonly limit?: number | undefined },
  ): Promise<{ readonly changes: readonly WireChange[]; readonly next: string | null }> {
    const collections = [collection];
    const { metadata } = await this.#service.metadata(principal, { collections });
    const keys = Object.keys(metadata.entityKeys);
    const page = { ...(after === undefined ? {} : { after }), ...(limit === undefined ? {} : { limit }) };
    return this.#service.keys(principal, { keys, collections, ...page });
  }

  async #write<T>(principal: Principal, collection: string, id: string, decide: (found: Found) => Step<T>): Promise<T> {
    for (let tries = 0; tries < triesAtMost; tries += 1) {
      const { cursor, horizon } = await this.#service.pull(principal, { cursor: null });
      const held = await this.#service.find(principal, collection, id);
      const { change, result } = decide({ change: held, key: this.#keyOf(held, id), horizon, now: this.#now() });
      if (change === undefined) return result;
      const answer = await this.#service.push(principal, { since: cursor, device: ownDevice, changes: [change] });
      const outcome = 'stale' in answer ? undefined : answer.results[0];
      if (outcome === 'applied') return result;
      if (typeof outcome === 'object' && 'rejected' in outcome) throw refused(outcome.rejected);
      // Somebody was faster: look again.
    }
    throw new Denial('conflict', 'others write to this document all the time; try again', { retryAfterMs: 1_000 });
  }

  #keyOf(change: WireChange | null, id: string): string {
    if (change !== null) return change.key;
    if (this.#keys !== null) return this.#keys.keyOf(id);
    throw new Denial('bad-request', 'this server does not know the keys of new documents: it was given no `prefix`');
  }
}

const entityOf = (change: WireChange | null): StoredEntity | null =>
  change !== null && 'entity' in change ? change.entity : null;

const refused = ({ code, reason }: Refusal): Denial =>
  new Denial(code === 'auth-needed' ? 'forbidden' : code === 'too-large' ? 'too-large' : 'bad-request', reason);
