import { TierSyncError } from '../errors.ts';
import type { BlobHeader, EntityKeyData, StoredEntity } from '../interfaces/EntityKeyData.ts';
import type { StoredRecord } from '../interfaces/StoredRecord.ts';
import { type Fields, isFields } from '../util/jsonChecks.ts';
import { isIsoTime } from './isoTime.ts';
import { activeRecord, tombstone } from './records.ts';
import { isStub, readStub, type Stub, storedStub } from './stub.ts';

/** The newest layout of blobs and index that this version reads and writes. */
export const FORMAT = 1;

/** Of what leads to the pages of a key, and of pages in a shared bucket: no older version takes a part for the whole. */
export const PAGED_FORMAT = 2;

/** A blob while it is patched. Everything that this version does not know stays where it stands. */
export type KeyDataDraft = Fields & { $: BlobHeader };

export const newKeyData = (): KeyDataDraft => ({ $: { format: FORMAT } });

/** What was loaded, checked as a whole; the records are checked one by one as they are read. */
export function checkKeyData(where: string, raw: unknown): KeyDataDraft {
  if (!isFields(raw)) {
    throw new TierSyncError('corrupt', `${where} holds ${describe(raw)} where a blob should be`);
  }
  const header = raw['$'];
  if (header !== undefined && (!isFields(header) || !isCount(header['format'], 1))) {
    throw new TierSyncError('corrupt', `${where} has no readable format number`);
  }
  const format = header === undefined ? FORMAT : Number(header['format']);
  if (format > FORMAT) {
    const message = `${where} has format ${format}, this version of tiersync reads up to ${FORMAT}; update the app`;
    throw new TierSyncError('upgrade-needed', message);
  }
  if (header === undefined) raw['$'] = { format: FORMAT };
  return raw as KeyDataDraft;
}

const describe = (raw: unknown): string =>
  raw === null ? 'null' : Array.isArray(raw) ? 'an array' : `a ${typeof raw}`;

const isCount = (value: unknown, least: number): boolean => Number.isSafeInteger(value) && (value as number) >= least;

/** Names that no collection may have: written into a plain object, they would reach what all objects share. */
const isInherited = (name: string): boolean => Object.hasOwn(Object.prototype, name);

const deepest = 500;

/** Far beyond what may be saved, and what recursion could not follow. */
function isTooDeep(value: object, level = 1): boolean {
  if (level > deepest) return true;
  for (const field in value) {
    const inner = (value as Fields)[field];
    if (typeof inner === 'object' && inner !== null && isTooDeep(inner, level + 1)) return true;
  }
  return false;
}

const ownAt = (from: Fields | undefined, name: string): unknown =>
  from !== undefined && Object.hasOwn(from, name) ? from[name] : undefined;

const fieldsAt = (from: Fields | undefined, name: string): Fields | undefined => {
  const value = ownAt(from, name);
  return isFields(value) ? value : undefined;
};

/** The record that a value makes in the place of an entity. Undefined: none, or none that can be read. */
export function activeOf(name: string, id: string, value: unknown): StoredRecord | undefined {
  return isInherited(name) ? undefined : readActive(name, id, value);
}

function readActive(name: string, id: string, value: unknown): StoredRecord | undefined {
  if (id === '__proto__') return undefined;
  if (!isFields(value) || value['id'] !== id || !isIsoTime(value['updatedAt'])) return undefined;
  if (value['createdAt'] !== undefined && !isIsoTime(value['createdAt'])) return undefined;
  if (value['version'] !== undefined && !isCount(value['version'], 0)) return undefined;
  if (isTooDeep(value)) return undefined;
  return activeRecord(name, id, value as unknown as StoredEntity);
}

/** The record that a value makes in the place of the time of a deletion. */
export function graveOf(name: string, id: string, time: unknown): StoredRecord | undefined {
  if (isInherited(name) || id === '__proto__') return undefined;
  return isIsoTime(time) ? tombstone(name, id, time) : undefined;
}

const activeAt = (data: KeyDataDraft, name: string, id: string): StoredRecord | undefined =>
  activeOf(name, id, ownAt(fieldsAt(data, name), id));

const tombstoneAt = (data: KeyDataDraft, name: string, id: string): StoredRecord | undefined =>
  graveOf(name, id, ownAt(fieldsAt(fieldsAt(data, 'deleted'), name), id));

const stubAt = (data: KeyDataDraft, name: string, id: string): Stub | undefined =>
  readStub(name, id, ownAt(fieldsAt(fieldsAt(data.$, 'evicted'), name), id));

/** The record of one id: the later of its active form and its tombstone, should a blob hold both; else its stub. */
export function recordAt(data: KeyDataDraft, name: string, id: string): StoredRecord | undefined {
  const active = activeAt(data, name, id);
  const grave = tombstoneAt(data, name, id);
  if (active === undefined && grave === undefined) return stubAt(data, name, id);
  if (active === undefined || grave === undefined) return active ?? grave;
  return grave.stamp >= active.stamp ? grave : active;
}

/**
 * All records of a blob, stubs last; what cannot be read is named to `onUnreadable` and left where it is. An app that is
 * opened waits for this: a generator would take longer than what it gives.
 */
export function recordsIn(data: KeyDataDraft, onUnreadable: (place: string) => void = () => {}): StoredRecord[] {
  const records: StoredRecord[] = [];
  const graves = fieldsAt(data, 'deleted');
  for (const name of Object.keys(data)) {
    if (name === 'deleted' || name.startsWith('$')) continue;
    const entities = isInherited(name) ? undefined : fieldsAt(data, name);
    if (entities === undefined) onUnreadable(name);
    else addActive(records, name, entities, fieldsAt(graves, name), onUnreadable);
  }
  if (graves === undefined && Object.hasOwn(data, 'deleted')) onUnreadable('deleted');
  for (const name of Object.keys(graves ?? {})) {
    const times = isInherited(name) ? undefined : fieldsAt(graves, name);
    if (times === undefined) onUnreadable(`deleted.${name}`);
    for (const id of Object.keys(times ?? {})) {
      const grave = tombstoneAt(data, name, id);
      const active = activeAt(data, name, id);
      if (grave === undefined) onUnreadable(`deleted.${name}.${id}`);
      else if (active === undefined || active.stamp <= grave.stamp) records.push(grave);
    }
  }
  addStubs(records, data);
  return records;
}

function addActive(
  records: StoredRecord[],
  name: string,
  entities: Fields,
  times: Fields | undefined,
  onUnreadable: (place: string) => void,
): void {
  for (const id of Object.keys(entities)) {
    const active = readActive(name, id, entities[id]);
    const grave = times === undefined ? undefined : graveOf(name, id, ownAt(times, id));
    if (active === undefined) onUnreadable(`${name}.${id}`);
    else if (grave === undefined || grave.stamp < active.stamp) records.push(active);
  }
}

/** Where an older version has put a record in the place of a stub, the stub says nothing any more. */
function addStubs(records: StoredRecord[], data: KeyDataDraft): void {
  const evicted = fieldsAt(data.$, 'evicted') ?? {};
  for (const name of Object.keys(evicted)) {
    for (const id of Object.keys(fieldsAt(evicted, name) ?? {})) {
      const record = isInherited(name) ? undefined : recordAt(data, name, id);
      if (record?.isEvicted === true) records.push(record);
    }
  }
}

/** Puts a record in the place of whatever stood there. */
export function putRecord(data: KeyDataDraft, record: StoredRecord): void {
  const { entityName, id, value } = record;
  removeRecord(data, entityName, id);
  if (isStub(record)) ownFields(ownFields(data.$ as unknown as Fields, 'evicted'), entityName)[id] = storedStub(record);
  else if (value === null) ownFields(ownFields(data, 'deleted'), entityName)[id] = record.time;
  else ownFields(data, entityName)[id] = value;
}

/** Removes every trace of an id. */
export function removeRecord(data: KeyDataDraft, name: string, id: string): void {
  const entities = fieldsAt(data, name);
  if (entities !== undefined && Object.hasOwn(entities, id)) delete entities[id];
  const times = fieldsAt(fieldsAt(data, 'deleted') ?? {}, name);
  if (times !== undefined && Object.hasOwn(times, id)) delete times[id];
  removeStub(data, name, id);
}

function removeStub(data: KeyDataDraft, name: string, id: string): void {
  const evicted = fieldsAt(data.$, 'evicted');
  const ofName = fieldsAt(evicted, name);
  if (evicted === undefined || ofName === undefined || !Object.hasOwn(ofName, id)) return;
  delete ofName[id];
  if (Object.keys(ofName).length > 0) return;
  delete evicted[name];
  if (Object.keys(evicted).length === 0) delete (data.$ as unknown as Fields)['evicted'];
}

function ownFields(from: Fields, name: string): Fields {
  let fields = fieldsAt(from, name);
  if (fields === undefined) {
    fields = {};
    from[name] = fields;
  }
  return fields;
}

export const asKeyData = (data: KeyDataDraft): EntityKeyData => data as unknown as EntityKeyData;
