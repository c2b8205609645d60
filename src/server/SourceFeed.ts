import { encodeFieldName, encodeValue } from '../blob/encodeValue.ts';
import { activeRecord, tombstone } from '../blob/records.ts';
import type { EntityKeyHandler } from '../EntityKeyHandler.ts';
import type { JsonValue, StoredEntity } from '../interfaces/EntityKeyData.ts';
import type { Environment } from '../interfaces/Environment.ts';
import type { StoredRecord } from '../interfaces/StoredRecord.ts';
import type { DeletionRecord, SyncDocument } from '../interfaces/SyncDocument.ts';
import { compareRecords } from '../reconcile/compareRecords.ts';
import { checkEntityName } from '../util/checkName.ts';
import { getOrAdd } from '../util/getOrAdd.ts';
import { isEngineField } from '../util/isEngineField.ts';
import { draftRow } from './push/draftRow.ts';
import { commitRoom, portions } from './room.ts';
import type { SyncStore } from './SyncStore.ts';

/** Where the documents of a collection come from that the application keeps in tables of its own. */
export interface DocumentSource {
  /** Those that were changed at that time or later; null: all. Each tells when, by `metadata.updatedAt`. */
  getDocuments(tenant: string, since: Date | null): Promise<readonly SyncDocument[]>;
  getDeletions?(tenant: string, since: Date | null): Promise<readonly DeletionRecord[]>;
}

/** What it brings, and where to; `sources` of a server says all of it. */
export interface SourceFeedOptions {
  readonly store: SyncStore;
  readonly keys: EntityKeyHandler;
  readonly environment: Pick<Environment, 'now'>;
  /** By collection. */
  readonly sources: { readonly [collection: string]: DocumentSource };
  /** How long what was asked for counts as fresh; five seconds unless told. */
  readonly freshMs?: number;
}

interface Asked {
  at: number;
  /** Of the latest change that came; no later than it was asked for. */
  since: number | null;
  running: Promise<void> | null;
}

interface Incoming {
  readonly record: StoredRecord;
  readonly userId: string | null;
}

/**
 * Brings what stands in the application's own tables to where devices find it. The one order decides, so that asking again
 * for what came already changes nothing, and a later edit of a device stays.
 */
export class SourceFeed {
  readonly #o: SourceFeedOptions;
  readonly #asked = new Map<string, Asked>();

  constructor(options: SourceFeedOptions) {
    for (const collection of Object.keys(options.sources)) checkEntityName(collection);
    this.#o = options;
  }

  /** Asks every source that was not asked just now. */
  async refresh(tenant: string): Promise<void> {
    const { sources, environment, freshMs = 5_000 } = this.#o;
    const work = Object.entries(sources).map(([collection, source]) => {
      const asked = getOrAdd(this.#asked, JSON.stringify([tenant, collection]), newAsked);
      // A clock that was set back makes nothing fresh for as long.
      if (asked.running !== null || Math.abs(environment.now() - asked.at) < freshMs) return asked.running;
      asked.running = this.#ask(tenant, collection, source, asked).finally(() => {
        asked.running = null;
      });
      return asked.running;
    });
    await Promise.all(work);
  }

  async #ask(tenant: string, collection: string, source: DocumentSource, asked: Asked): Promise<void> {
    const now = this.#o.environment.now();
    const since = asked.since === null ? null : new Date(asked.since);
    const documents = await source.getDocuments(tenant, since);
    const deletions = (await source.getDeletions?.(tenant, since)) ?? [];
    const incoming = [
      ...documents.map((document) => ({ record: recordOf(collection, document), userId: null })),
      ...deletions.map((deletion) => graveOf(collection, deletion)),
    ];
    await this.#take(tenant, collection, incoming, now);
    asked.at = now;
    // One row of the future must not hide all that is changed until then.
    for (const { record } of incoming) asked.since = Math.max(asked.since ?? 0, Math.min(record.stamp, now));
  }

  async #take(tenant: string, name: string, incoming: readonly Incoming[], now: number): Promise<void> {
    for (const { record } of incoming) this.#o.keys.checkId(record.id);
    for (const some of portions(incoming, commitRoom)) await this.#takeSome(tenant, name, some, now);
  }

  #takeSome(tenant: string, name: string, incoming: readonly Incoming[], now: number): Promise<void> {
    const { store, keys } = this.#o;
    return store.write(tenant, async (writer) => {
      const found = await writer.find(incoming.map(({ record: { id } }) => ({ name, id })));
      const stored = new Map(found.map((row) => [row.record.id, row]));
      const later = new Map<string, Incoming>();
      for (const each of incoming) {
        const { id } = each.record;
        const before = later.get(id)?.record ?? stored.get(id)?.record;
        if (before === undefined || compareRecords(each.record, before) > 0) later.set(id, each);
      }
      const drafts = [...later].map(([id, { record, userId }]) => {
        const row = stored.get(id);
        return draftRow(row?.entityKey ?? keys.keyOf(id), record, row, { userId, device: null, now });
      });
      if (drafts.length > 0) await writer.put(drafts);
    });
  }
}

const newAsked = (): Asked => ({ at: Number.NEGATIVE_INFINITY, since: null, running: null });

function recordOf(collection: string, { id, data, metadata = {} }: SyncDocument): StoredRecord {
  const { createdAt, updatedAt, version = 1, expiresAt, retentionPriority } = metadata;
  const time = isoOf(collection, id, 'metadata.updatedAt', updatedAt);
  const life = {
    ...(expiresAt === undefined ? {} : { expiresAt: new Date(expiresAt) }),
    ...(retentionPriority === undefined ? {} : { retentionPriority }),
  };
  const fields: Record<string, JsonValue> = {};
  for (const [field, value] of Object.entries({ ...data, ...life })) {
    if (!isEngineField(field) && value !== undefined) fields[encodeFieldName(field)] = encodeValue(value);
  }
  const made = createdAt === undefined ? time : isoOf(collection, id, 'metadata.createdAt', createdAt);
  const entity: StoredEntity = { ...fields, id, createdAt: made, updatedAt: time, version };
  return activeRecord(collection, id, entity);
}

const graveOf = (collection: string, { id, deletedAt, deletedBy }: DeletionRecord): Incoming => ({
  record: tombstone(collection, id, isoOf(collection, id, 'deletedAt', deletedAt)),
  userId: deletedBy,
});

/** A time is what tells the later of two versions, so that nothing can be made up in its place. */
function isoOf(collection: string, id: string, field: string, time: Date | string | undefined): string {
  const date = new Date(time ?? Number.NaN);
  if (!Number.isNaN(date.getTime())) return date.toISOString();
  throw new TypeError(`${collection} ${id}: give ${field} as a Date, or as a text that says one.`);
}
