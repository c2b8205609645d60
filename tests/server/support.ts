import type { JsonValue } from 'tiersync';
import { activeRecord, tombstone } from '../../src/blob/records.ts';
import type { StoredRecord } from '../../src/interfaces/StoredRecord.ts';
import type { WireCursor } from '../../src/protocol/messages.ts';
import { toWire, type WireChange } from '../../src/protocol/wireChange.ts';
import { MemorySyncStore } from '../../src/server/MemorySyncStore.ts';
import type { Permission, Principal } from '../../src/server/Principal.ts';
import { Permissions, type PermissionsOptions } from '../../src/server/permissions/Permissions.ts';
import { SyncService, type SyncServiceOptions } from '../../src/server/SyncService.ts';
import type { SyncStore } from '../../src/server/SyncStore.ts';
import { TestEnvironment } from '../support/TestEnvironment.ts';

export const start = Date.parse('2026-05-17T12:00:00.000Z');
export const timeAt = (seconds: number): string => new Date(start + seconds * 1000).toISOString();
export const key = 'app.global';

export const anna: Principal = { tenant: 'acme', userId: 'anna', groups: [] };
export const bert: Principal = { tenant: 'acme', userId: 'bert', groups: ['crew'] };

type Fields = { readonly [field: string]: JsonValue };

export function note(id: string, seconds: number, fields: Fields = {}, version = 1, name = 'Note'): StoredRecord {
  return activeRecord(name, id, { id, createdAt: timeAt(0), updatedAt: timeAt(seconds), version, ...fields });
}

export const gone = (id: string, seconds: number, name = 'Note'): StoredRecord => tombstone(name, id, timeAt(seconds));

export const wire = (record: StoredRecord, entityKey = key): WireChange =>
  toWire({ entityKey, entityName: record.entityName, id: record.id, record });

export const idOf = (change: WireChange): string => ('entity' in change ? change.entity.id : change.id);
export const idsOf = (changes: readonly WireChange[]): string[] => changes.map(idOf).sort();

export interface ServiceSetup
  extends Pick<PermissionsOptions, 'lines' | 'everyone'>,
    Pick<SyncServiceOptions, 'limits' | 'keys'> {
  readonly store?: SyncStore;
}

/** A service before a store, with a clock in the test's hand. */
export class ServiceStage {
  readonly environment: TestEnvironment = new TestEnvironment();
  readonly store: SyncStore;
  readonly permissions: Permissions;
  readonly service: SyncService;

  constructor({ store, lines = [], everyone = [], ...options }: ServiceSetup = {}) {
    this.store = store ?? new MemorySyncStore();
    this.permissions = new Permissions({ store: this.store, lines, everyone });
    this.service = new SyncService({
      store: this.store,
      permissions: this.permissions,
      environment: this.environment,
      ...options,
    });
  }

  grant(line: Permission, tenant = 'acme'): Promise<void> {
    return this.permissions.grant(tenant, line);
  }

  /** Where somebody stands who has looked just now. */
  async cursor(principal: Principal): Promise<WireCursor> {
    return (await this.service.pull(principal, { cursor: null })).cursor;
  }

  /** Pushes with everything seen. */
  async push(
    principal: Principal,
    records: readonly StoredRecord[],
    device = `${principal.userId}1`,
  ): Promise<Awaited<ReturnType<SyncService['push']>>> {
    const since = await this.cursor(principal);
    return this.service.push(principal, { since, device, changes: records.map((record) => wire(record)) });
  }

  async pullAll(principal: Principal, cursor: WireCursor): Promise<readonly WireChange[]> {
    const changes: WireChange[] = [];
    for (let at = cursor; ; ) {
      const page = await this.service.pull(principal, { cursor: at });
      changes.push(...page.changes);
      if (!page.hasMore) return changes;
      at = page.cursor;
    }
  }

  /** What a fresh device would load. */
  async loadAll(principal: Principal): Promise<readonly WireChange[]> {
    const { metadata } = await this.service.metadata(principal, {});
    const keys = Object.keys(metadata.entityKeys);
    const { changes, next } = await this.service.keys(principal, { keys });
    if (next !== null) throw new Error('more than a page');
    return changes;
  }
}
