import { canonicalText } from '../../blob/canonicalText.ts';
import { describe, nameFault } from '../../util/checkName.ts';
import type { Permission, PermissionAction } from '../Principal.ts';

export const permissionActions: readonly PermissionAction[] = ['read', 'write', 'delete', 'admin'];

const longest = 512;

/** The one way to write a line: every action once and in order, the effect spelled out. Throws if it says nothing. */
export function normalLine(line: Permission): Permission {
  const { userId, groupId, collection, itemId, actions, effect = 'allow' } = Object(line) as Permission;
  const subject = checkSubject(userId, groupId);
  checkText('collection', collection);
  if (itemId !== undefined) checkText('itemId', itemId);
  if (itemId !== undefined && collection === '*') {
    throw new TypeError("Name the collection of an item: { collection: 'events', itemId }.");
  }
  if (effect !== 'allow' && effect !== 'deny') {
    throw new TypeError(`The effect of a permission is 'allow' or 'deny', not ${describe(effect)}.`);
  }
  const item = itemId === undefined ? {} : { itemId };
  return { ...subject, collection, ...item, actions: checkActions(actions), effect };
}

/** What tells one line of a table from another: all but its actions. */
export const placeOfLine = ({ actions: _, ...place }: Permission): string => canonicalText(place);

/** The line as it stands after more was granted. */
export const granted = (before: Permission | undefined, line: Permission): Permission =>
  normalLine({ ...line, actions: [...(before?.actions ?? []), ...line.actions] });

/** The line as it stands after some actions were taken out of it. */
export const revoked = (before: Permission | undefined, line: Permission): Permission => ({
  ...line,
  actions: (before?.actions ?? []).filter((action) => !line.actions.includes(action)),
});

function checkSubject(userId: string | undefined, groupId: string | undefined): Pick<Permission, 'userId' | 'groupId'> {
  // What everybody may do has no subject, and stands in no table.
  if (userId === undefined && groupId === undefined) return {};
  if (userId !== undefined && groupId !== undefined) {
    throw new TypeError('A permission is of a user or of a group: write one line for each.');
  }
  checkText(userId === undefined ? 'groupId' : 'userId', userId ?? groupId);
  return userId === undefined ? { groupId: groupId as string } : { userId };
}

function checkText(field: string, value: unknown): void {
  const fault = nameFault(value, longest);
  if (fault !== undefined) throw new TypeError(`The ${field} of a permission, ${describe(value)}, ${fault}.`);
}

function checkActions(given: readonly PermissionAction[]): readonly PermissionAction[] {
  const unknown = Array.isArray(given) ? given.find((action) => !permissionActions.includes(action)) : given;
  if (unknown !== undefined || given === undefined) {
    throw new TypeError(
      `The actions of a permission are some of ${permissionActions.join(', ')}: ${describe(unknown)}.`,
    );
  }
  return permissionActions.filter((action) => given.includes(action));
}
