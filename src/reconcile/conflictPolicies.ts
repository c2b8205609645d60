import type { ConflictStrategy } from '../interfaces/SyncTypes.ts';
import type { Fields } from './fields.ts';
import { mergeFields } from './mergeFields.ts';

/** A conflict as a policy sees it, in stored form or in memory. */
export interface PolicySides<Value> {
  readonly base: Fields<Value> | null | undefined;
  readonly local: Fields<Value> | null;
  readonly remote: Fields<Value> | null;
  readonly later: 'local' | 'remote';
}

export type PolicyAnswer<Value> = 'local' | 'remote' | Fields<Value>;

export type ShippedStrategy = Exclude<ConflictStrategy, 'custom'>;

/** Each shipped policy, once: for `conflictStrategy` and for the resolvers that apps compose. */
export const conflictPolicies: {
  readonly [Strategy in ShippedStrategy]: <Value>(sides: PolicySides<Value>) => PolicyAnswer<Value>;
} = {
  'last-write-wins': ({ later }) => later,
  'server-wins': () => 'remote',
  'client-wins': () => 'local',
  merge: ({ base, local, remote, later }) =>
    base === undefined || local === null || remote === null
      ? later
      : mergeFields(base ?? {}, local, remote, later === 'local'),
};
