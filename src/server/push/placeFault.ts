import type { EntityKeyHandler } from '../../EntityKeyHandler.ts';
import { TierSyncError } from '../../errors.ts';
import { checkEntityId, checkEntityName, nameFault } from '../../util/checkName.ts';
import type { RowPlace } from '../SyncStore.ts';

const longestKey = 512;
/** Stands in no id. */
const noSeparator = '\u0000';
/** What devices keep for themselves begins so, behind the separator, whichever that is. */
const reserved = /[^\w%-]\$/;

/** What is wrong with the place of a record that came in, to follow "it ". Where the prefix is known, a key follows from the id. */
export function placeFault(
  { entityKey, name, id }: RowPlace,
  keys: Pick<EntityKeyHandler, 'keyOf' | 'separator'> | null,
): string | undefined {
  try {
    checkEntityName(name);
    checkEntityId(id, keys?.separator ?? noSeparator);
  } catch (error) {
    if (error instanceof TierSyncError) return `has a name or an id that cannot be kept: ${error.message}`;
    throw error;
  }
  if (keys !== null) return entityKey === keys.keyOf(id) ? undefined : 'belongs under another key';
  if (reserved.test(entityKey)) return 'has a key that is reserved';
  const fault = nameFault(entityKey, longestKey);
  return fault === undefined ? undefined : `has a key that ${fault}`;
}
