import type { JsonValue } from '../interfaces/EntityKeyData.ts';
import type { ApplyResult, Change } from '../interfaces/ITier.ts';
import { compareRecords } from '../reconcile/compareRecords.ts';
import { isPlainObject } from '../util/isPlainObject.ts';
import { fromBackend, type KeyOf, unreadable } from './backendRecord.ts';
import { refusalOf } from './backendRefusal.ts';

/** One answer to a pull, checked. */
export interface Page {
  readonly changes: readonly Change[];
  readonly cursor: JsonValue;
  readonly hasMore: boolean;
  readonly serverTime: number | null;
  readonly lineage: string;
}

/** `forgotten`: milliseconds since 1970; null: not told. */
export interface Forgetful {
  readonly forgotten: number | null;
}

/** One answer to a push, checked: what became of each change. */
export interface Outcome {
  readonly results: readonly ApplyResult[];
  /** Undefined: not told. */
  readonly cursor: JsonValue | undefined;
}

export function readPulled(raw: unknown, keyOf: KeyOf): Page | Forgetful {
  if (!isPlainObject(raw)) throw unreadable('the pull', raw, '{ changes, cursor }');
  if (raw['tooOld'] === true) return { forgotten: timeAt('forgotten', raw['forgotten']) };
  const { changes, hasMore = false, lineage = '' } = raw;
  if (!Array.isArray(changes)) throw unreadable('changes', changes, 'a list');
  if (raw['cursor'] === undefined) throw unreadable('cursor', undefined, 'the place after these changes');
  if (typeof hasMore !== 'boolean') throw unreadable('hasMore', hasMore, 'true or false');
  if (typeof lineage !== 'string') throw unreadable('lineage', lineage, 'a text');
  return {
    changes: changes.map((change: unknown, i) => fromBackend(`changes[${i}]`, change, keyOf)),
    cursor: cursorAt(raw['cursor']),
    hasMore,
    serverTime: timeAt('serverTime', raw['serverTime']),
    lineage,
  };
}

export function readPushed(raw: unknown, sent: readonly Change[]): Outcome | 'stale' {
  if (raw === 'stale') return raw;
  const answer = Array.isArray(raw) ? { results: raw as readonly unknown[] } : raw;
  if (!isPlainObject(answer)) throw unreadable('the push', raw, "a list of results or 'stale'");
  const { results, cursor } = answer;
  if (!Array.isArray(results)) throw unreadable('results', results, 'a list');
  if (results.length !== sent.length) {
    throw unreadable('results.length', results.length, `${sent.length}, one for each change`);
  }
  return {
    results: sent.map((change, i) => resultOf(`results[${i}]`, results[i], change)),
    cursor: cursor === undefined ? undefined : cursorAt(cursor),
  };
}

const applied: ApplyResult = Object.freeze({ outcome: 'applied' });

function resultOf(where: string, raw: unknown, sent: Change): ApplyResult {
  if (raw === 'applied') return applied;
  if (isPlainObject(raw) && raw['rejected'] !== undefined) return refusalOf(`${where}.rejected`, raw['rejected']);
  if (isPlainObject(raw) && raw['superseded'] !== undefined) return supersededBy(`${where}.superseded`, raw, sent);
  throw unreadable(where, raw, "'applied', { superseded } or { rejected }");
}

function supersededBy(where: string, { superseded }: { readonly superseded?: unknown }, sent: Change): ApplyResult {
  const { entityName, id, record } = fromBackend(where, superseded, () => sent.entityKey);
  if (entityName !== sent.entityName) throw unreadable(`${where}.entityName`, entityName, sent.entityName);
  if (id !== sent.id) throw unreadable(`${where}.id`, id, sent.id);
  const order = sent.record === null ? 1 : compareRecords(record, sent.record);
  if (order > 0) return { outcome: 'superseded', record };
  // Our own, sent before without a reply.
  if (order === 0) return applied;
  // Sent again and again it would never be taken, so somebody has to see it.
  const reason = 'the backend keeps a version that is earlier than the one sent';
  return { outcome: 'rejected', code: 'validation', reason };
}

/** As it comes back when it was stored meanwhile, so that what works today works tomorrow. */
function cursorAt(raw: unknown): JsonValue {
  try {
    const text: string | undefined = JSON.stringify(raw);
    if (text !== undefined) return JSON.parse(text) as JsonValue;
  } catch {
    // Told of below.
  }
  throw unreadable('cursor', raw, 'JSON');
}

function timeAt(where: string, raw: unknown): number | null {
  if (raw === undefined) return null;
  const time = typeof raw === 'string' ? Date.parse(raw) : raw instanceof Date ? raw.getTime() : raw;
  if (Number.isSafeInteger(time) && (time as number) >= 0) return time as number;
  throw unreadable(where, raw, 'a time');
}
