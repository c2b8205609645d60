import type { AnyEntity, EntityFields } from '../interfaces/Entity.ts';
import type { JsonValue, StoredEntity } from '../interfaces/EntityKeyData.ts';
import type { StoredRecord } from '../interfaces/StoredRecord.ts';
import type { ConflictStrategy, IConflictResolver } from '../interfaces/SyncTypes.ts';
import { describe } from '../util/checkName.ts';
import { isPlainObject } from '../util/isPlainObject.ts';
import { reasonOf } from '../util/reasonOf.ts';
import { compareRecords } from './compareRecords.ts';
import { conflictPolicies, type ShippedStrategy } from './conflictPolicies.ts';
import { contentOf, type Fields } from './fields.ts';
import { sameValue } from './sameValue.ts';
import { successor, successorFields, type Versions } from './successor.ts';

export interface ConflictCase extends Versions {
  readonly strategy: ConflictStrategy;
  /** Asked by the strategy `custom`. */
  readonly resolver?: IConflictResolver | undefined;
  /** What both sides started from. Null: there was nothing; undefined: not known. */
  readonly base: StoredRecord | null | undefined;
  /** How the app sees a record: a tombstone as null, what is not known as undefined. */
  readonly show: (record: StoredRecord | null | undefined) => AnyEntity | null | undefined;
  /** How fields that the app returned become a stored entity. Throws if they cannot be kept. */
  readonly store: (fields: object, engine: EntityFields) => StoredEntity;
}

/**
 * What becomes of a conflict. `keep-local` and `take-remote`: that side wins the one order already.
 * `replace-with-remote`: the remote version stays although the local one is greater, which has to be taken back.
 * `new`: a record greater than both.
 */
export type ConflictResolution = (
  | { readonly kind: 'keep-local' | 'take-remote' | 'replace-with-remote' }
  | { readonly kind: 'new'; readonly record: StoredRecord }
) & { readonly reason: string };

type Side = 'local' | 'remote';
type Answer = Side | Fields | null;

/** Decides one conflict. No clock and no chance has a say, so devices that decide apart make the same record. */
export function resolveConflict(conflict: ConflictCase): ConflictResolution {
  const { strategy, local, remote } = conflict;
  if (isSameContent(local, remote)) return keep(laterOf(conflict), conflict, 'Both sides hold the same.');
  return strategy === 'custom' ? askResolver(conflict) : askPolicy(strategy, conflict);
}

function askPolicy(strategy: ShippedStrategy, conflict: ConflictCase): ConflictResolution {
  const { base, local, remote } = conflict;
  const values = {
    base: base === null ? null : base?.value,
    local: local.value,
    remote: remote.value,
    later: laterOf(conflict),
  };
  const answer = conflictPolicies[strategy]<JsonValue>(values);
  if (typeof answer === 'string') return keep(answer, conflict, reasonToKeep(answer, strategy, conflict));
  return settle(successor(conflict, answer), conflict, 'Both sides were merged field by field.');
}

function reasonToKeep(side: Side, strategy: ShippedStrategy, { base }: ConflictCase): string {
  if (strategy === 'last-write-wins') return `The ${side} version is the later one.`;
  if (strategy !== 'merge') return `The ${side} version is kept: ${strategy}.`;
  const obstacle = base === undefined ? 'What both started from is not known' : 'One side deleted it';
  return `${obstacle}, so the later version is kept, which is the ${side} one.`;
}

/** A resolver is the app's own code: whatever it does, the conflict is decided. */
function askResolver(conflict: ConflictCase): ConflictResolution {
  try {
    return follow(answerOf(conflict), conflict);
  } catch (error) {
    const reason = `The later version is kept, as the resolver could not be followed: ${reasonOf(error)}`;
    return keep(laterOf(conflict), conflict, reason);
  }
}

function answerOf(conflict: ConflictCase): Answer {
  const { resolver, base, local, remote, show } = conflict;
  if (resolver === undefined) throw new TypeError('there is none; give a conflictResolver with the strategy custom.');
  const answer: unknown = resolver.resolve({
    entityName: local.entityName,
    id: local.id,
    base: show(base),
    local: show(local) ?? null,
    remote: show(remote) ?? null,
    later: laterOf(conflict),
  });
  if (answer === 'local' || answer === 'remote' || answer === null || isPlainObject(answer)) return answer;
  // Nobody looks at it any more, so its failure must not end the process.
  if (answer instanceof Promise) answer.catch(() => {});
  throw new TypeError(`it answered ${describe(answer)}; answer 'local', 'remote', an object of fields, or null.`);
}

function follow(answer: Answer, conflict: ConflictCase): ConflictResolution {
  if (answer === null) return remove(conflict);
  if (typeof answer === 'string') return keep(answer, conflict, `The resolver chose the ${answer} version.`);
  const content = conflict.store(answer, successorFields(conflict));
  return settle(successor(conflict, content), conflict, 'The resolver made a new version.');
}

function remove(conflict: ConflictCase): ConflictResolution {
  const reason = 'The resolver decided to delete it.';
  if (conflict.local.isDeleted) return keep('local', conflict, reason);
  if (conflict.remote.isDeleted) return keep('remote', conflict, reason);
  return { kind: 'new', record: successor(conflict, null), reason };
}

/** One side stays. Where it loses the order, local becomes a new record; for remote, local is taken back. */
function keep(side: Side, conflict: ConflictCase, reason: string): ConflictResolution {
  const isLater = side === laterOf(conflict);
  if (side === 'remote') return { kind: isLater ? 'take-remote' : 'replace-with-remote', reason };
  if (isLater) return { kind: 'keep-local', reason };
  return { kind: 'new', record: successor(conflict, conflict.local.value), reason };
}

/** New content is a new record, unless the side that wins the order holds just that. */
function settle(record: StoredRecord, conflict: ConflictCase, reason: string): ConflictResolution {
  const later = laterOf(conflict);
  return isSameContent(record, conflict[later]) ? keep(later, conflict, reason) : { kind: 'new', record, reason };
}

const laterOf = ({ local, remote }: Versions): Side => (compareRecords(local, remote) >= 0 ? 'local' : 'remote');

/** Whether two versions hold the same of the app's own, or are both deletions. */
export function isSameContent(a: StoredRecord, b: StoredRecord): boolean {
  if (a.value === null || b.value === null) return a.value === b.value;
  return sameValue(contentOf(a.value), contentOf(b.value));
}
