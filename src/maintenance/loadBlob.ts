import { copyJson } from '../blob/copyJson.ts';
import type { IPersistence } from '../interfaces/IPersistence.ts';
import { faultOf } from './faultOf.ts';

/** What stands under a key, as nobody else holds it; null: nothing. */
export async function loadRaw(persistence: IPersistence, key: string): Promise<unknown> {
  const raw: unknown = (await persistence.loadData(key)) ?? null;
  return persistence.isolated === true ? raw : copyJson(raw);
}

/** The same, checked. Null also for what is not to be read: whoever looks at it tells of that. */
export async function loadReadable<T>(
  persistence: IPersistence,
  key: string,
  check: (where: string, raw: unknown) => T,
): Promise<T | null> {
  try {
    const raw = await loadRaw(persistence, key);
    return raw === null ? null : check(key, raw);
  } catch (cause) {
    faultOf(cause, null, key);
    return null;
  }
}
