// biome-ignore-all lint/suspicious/noExplicitAny: the original text is untyped inside, and so is this build of it
import type { Environment } from '../../src/interfaces/Environment.ts';

export type Entity = { id?: string; createdAt?: Date; updatedAt?: Date; version?: number; [field: string]: any };
export type Blob = { [entityName: string]: any };

export interface Persistence {
  loadData(key: string): Promise<any>;
  storeData(key: string, data: any): Promise<void>;
}

export interface Store extends Persistence {
  get(key: string, entityName: string, id: string): any;
  getAll(key: string, entityName: string): any[];
  save(key: string, entityName: string, entity: any): unknown;
  delete(key: string, entityName: string, id: string): unknown;
}

export interface Strategy {
  separator: string;
  identifierLength: number;
  getKey(entityName: string, entity: any): string;
  entityKeyFilter(prefix: string, entityName: string, options?: any): string[];
}

export interface Query {
  ids?: string[];
  where?: { [field: string]: unknown };
  sort?: { field: string; direction?: 'asc' | 'desc' }[];
  [filter: string]: unknown;
}

export interface NaiveOptions {
  prefix: string;
  store: Store;
  local: Persistence;
  cloud?: Persistence;
  strategy: Strategy;
  environment: Pick<Environment, 'now' | 'createId' | 'setTimer' | 'clearTimer'>;
}

export interface KeyMetadata {
  hash: number;
  updatedAt: Date;
  entities: { [entityName: string]: { count: number; deletedCount: number } };
}

export interface MetadataEntity {
  id: 'id';
  createdAt: Date;
  updatedAt: Date;
  version: number;
  entityKeys: { [entityKey: string]: KeyMetadata };
}

/** A text that looks like a date is one: [D13]. */
export function revive<T>(value: T): T {
  return JSON.parse(JSON.stringify(value), (_, v) =>
    typeof v === 'string' && /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(v) ? new Date(v) : v,
  );
}

/** Loads as the bundled adapters did: with the dates in it. A store in memory hands out what it holds. */
export async function loadBlob(from: Persistence, key: string): Promise<Blob | null> {
  const blob = await from.loadData(key);
  return blob && !('getAll' in from) ? revive(blob) : blob;
}

export function hashText(text: string): number {
  let [low, high] = [0x1234567, 0x89abcdef];
  for (let i = 0; i < text.length; i++) {
    low = Math.imul(low ^ text.charCodeAt(i), 0x01000193);
    high = Math.imul(high ^ text.charCodeAt(i), 0x5bd1e995);
  }
  return (high & 0x1fffff) * 2 ** 32 + (low >>> 0);
}

export function countsOf(blob: Blob): KeyMetadata['entities'] {
  const entities: KeyMetadata['entities'] = {};
  const names = new Set([...Object.keys(blob), ...Object.keys(blob['deleted'] ?? {})]);
  names.delete('deleted');
  for (const name of names) {
    const [active, deleted] = [blob[name] ?? {}, blob['deleted']?.[name] ?? {}];
    entities[name] = { count: Object.keys(active).length, deletedCount: Object.keys(deleted).length };
  }
  return entities;
}
