import type { Permission, PermissionAction, Principal } from '../Principal.ts';
import { accessOf, permits } from './Access.ts';

/** What is known of the permissions in a tenant. */
export interface Policy {
  readonly lines: readonly Permission[];
  /** What everybody of the tenant may do with everything that no line denies. */
  readonly everyone: readonly PermissionAction[];
}

export type Asker = Pick<Principal, 'userId' | 'groups'>;

/**
 * Whether somebody may do something: what no line allows is denied, and a line that denies wins over all that allow.
 * Without an id the question is about the collection as a whole, with the collection `*` about all of them.
 */
export const decide = (
  policy: Policy,
  asker: Asker,
  action: PermissionAction,
  collection: string,
  itemId?: string,
): boolean => permits(accessOf(concerning(policy, asker), action), collection, itemId);

/** The lines that are about somebody, what everybody may do among them. */
export function concerning({ lines, everyone }: Policy, { userId, groups }: Asker): readonly Permission[] {
  const own = lines.filter((line) =>
    line.groupId === undefined ? line.userId === userId : groups.includes(line.groupId),
  );
  return everyone.length === 0 ? own : [{ collection: '*', actions: everyone }, ...own];
}
