import { asKeyData, checkKeyData } from '../blob/keyData.ts';
import { isHead, readHead } from '../blob/pages.ts';
import type { IPersistence } from '../interfaces/IPersistence.ts';
import { keyOfPage } from '../tiers/PagedBlobs.ts';
import { loadReadable } from './loadBlob.ts';
import { withoutUnreadable } from './withoutUnreadable.ts';

/**
 * Blobs that can be read, and some of their records not, are kept aside as they are and stored again without those.
 * Resolves to where they are kept.
 */
export async function putAside(
  persistence: IPersistence,
  keyPrefix: string,
  entityKeys: readonly string[],
  createId: (size: number) => string,
): Promise<readonly string[]> {
  const places: string[] = [];
  for (const entityKey of entityKeys) {
    for (const key of await objectsOf(persistence, keyPrefix, entityKey)) {
      const data = await loadReadable(persistence, key, checkKeyData);
      const readable = data === null ? null : withoutUnreadable(data);
      if (data === null || readable === null || readable === data) continue;
      const place = `$aside/${createId(8)}/${key}`;
      await persistence.storeData(place, asKeyData(data));
      await persistence.storeData(key, asKeyData(readable));
      places.push(place);
    }
  }
  return places;
}

/** The blobs that a key is made of. */
async function objectsOf(persistence: IPersistence, keyPrefix: string, entityKey: string): Promise<readonly string[]> {
  const found = await loadReadable(persistence, entityKey, readHead);
  if (found === null || !isHead(found)) return [entityKey];
  const { count } = found;
  return Array.from({ length: count }, (_, number) => keyOfPage(keyPrefix, entityKey, count, number));
}
