import { nameFault } from '../../util/checkName.ts';
import type { Principal } from '../Principal.ts';
import type { Authenticated } from './AuthOptions.ts';

/** The tenant of all who have no other. */
export const defaultTenant = 'default';

const longest = 512;
const groupsAtMost = 1_000;

/** Who that is, checked; null where it cannot be told. What tokens say is of strangers, even where it is signed. */
export function principalOf({
  userId,
  tenant = defaultTenant,
  groups = [],
  expiresAt,
}: Authenticated): Principal | null {
  if (nameFault(userId, longest) !== undefined || nameFault(tenant, longest) !== undefined) return null;
  if (!Array.isArray(groups) || groups.length > groupsAtMost) return null;
  // Names with $ are the server's own.
  if (groups.some((group) => nameFault(group, longest) !== undefined || group.startsWith('$'))) return null;
  if (expiresAt !== undefined && !Number.isFinite(expiresAt)) return null;
  return Object.freeze({
    tenant,
    userId,
    groups: Object.freeze([...groups]) as readonly string[],
    ...(expiresAt === undefined ? {} : { expiresAt }),
  });
}
