import { TierSyncError } from '../errors.ts';
import type { ValuePath } from '../interfaces/IDiffCalculator.ts';
import type { WireCursor, WireDelta } from '../protocol/messages.ts';
import { fromWire } from '../protocol/wireChange.ts';
import { describe } from '../util/checkName.ts';
import { type Fields, isCount, isText } from '../util/jsonChecks.ts';
import { placeOf } from '../util/placeOf.ts';
import type { Pushed } from './push/judge.ts';
import type { RowPlace } from './SyncStore.ts';

// What came in is of strangers: every field is looked at before it is used.

export function readCursor(given: unknown): WireCursor | null {
  if (given === null || given === undefined) return null;
  const { lineage, view, seq } = given as Fields;
  if (typeof lineage === 'string' && typeof view === 'string' && isCount(seq)) return { lineage, view, seq };
  throw unfit('cursor', 'null, or a cursor as an answer gave it', given);
}

/** Null: all. */
export function readCollections(given: unknown): readonly string[] | null {
  if (given === undefined || (Array.isArray(given) && given.length === 0)) return null;
  return readTexts('collections', given);
}

export function readTexts(field: string, given: unknown): readonly string[] {
  if (Array.isArray(given) && given.every(isText)) return given;
  throw unfit(field, 'a list of texts', given);
}

/** As asked for, but never more than the server gives. */
export function readLimit(given: unknown, most: number): number {
  if (given === undefined) return most;
  if (isCount(given) && given > 0) return Math.min(given, most);
  throw unfit('limit', 'a number from 1', given);
}

/** The place after which an answer goes on, and the text by which the next question names it. */
export const writePlace = ({ entityKey, name, id }: RowPlace): string => JSON.stringify([entityKey, name, id]);

export function readPlace(given: unknown): RowPlace | null {
  if (given === undefined || given === null) return null;
  const [entityKey, name, id] = parsed(given);
  if (isText(entityKey) && isText(name) && isText(id)) return { entityKey, name, id };
  throw unfit('after', 'as the answer before gave it', given);
}

export function readDevice(given: unknown): string {
  if (isText(given) && given.length <= 128) return given;
  throw unfit('device', 'the name of a device', given);
}

export function readPushed(given: unknown, most: number): readonly Pushed[] {
  if (!Array.isArray(given)) throw unfit('changes', 'a list', given);
  if (given.length > most) {
    throw new TierSyncError('too-large', `push: ${given.length} changes, and ${most} are taken at once`);
  }
  const pushed = given.map(readChange);
  if (new Set(pushed.map(({ name, id }) => placeOf(name, id))).size === pushed.length) return pushed;
  throw unfit('changes', 'changes of different ids', given);
}

function readChange(given: unknown): Pushed {
  const fields = Object(given) as Fields;
  if (fields['difference'] === undefined) {
    const { entityKey, entityName, id, record } = fromWire('push', given);
    return { entityKey, name: entityName, id, record: record as NonNullable<typeof record> };
  }
  const { key, name, id, base, difference, hash } = fields;
  if (isText(key) && isText(name) && isText(id) && isCount(base) && isCount(hash) && isDifference(difference)) {
    return { entityKey: key, name, id, delta: { base, difference, hash } };
  }
  throw new TierSyncError('corrupt', 'push holds a change that cannot be read');
}

function isDifference(given: unknown): given is WireDelta['difference'] {
  const { set, unset } = Object(given) as Fields;
  return (
    Array.isArray(set) &&
    set.every((each) => isPath((Object(each) as Fields)['path']) && 'value' in Object(each)) &&
    Array.isArray(unset) &&
    unset.every(isPath)
  );
}

const isPath = (given: unknown): given is ValuePath =>
  Array.isArray(given) && given.every((part) => (typeof part === 'string' && part !== '__proto__') || isCount(part));

function parsed(given: unknown): readonly unknown[] {
  try {
    const list: unknown = typeof given === 'string' ? JSON.parse(given) : null;
    return Array.isArray(list) ? list : [];
  } catch {
    return [];
  }
}

const unfit = (field: string, wanted: string, given: unknown): TierSyncError =>
  new TierSyncError('validation', `${field} must be ${wanted}, not ${describe(given)}`, { path: field });
