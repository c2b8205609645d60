import { closedError } from '../errors.ts';
import type { ISharedTier } from '../interfaces/ISharedTier.ts';

/** A cloud for as long as the link stands: what it answers later than that is not looked at any more. */
export function guardedCloud(cloud: ISharedTier, isClosed: () => boolean): ISharedTier {
  const ifOpen = async <T>(asking: Promise<T>): Promise<T> => {
    const answer = await asking;
    if (isClosed()) throw closedError();
    return answer;
  };
  return {
    get clockOffset() {
      return cloud.clockOffset ?? null;
    },
    changesSince: (cursor, options) => ifOpen(cloud.changesSince(cursor, options)),
    readMetadata: () => ifOpen(cloud.readMetadata()),
    readKey: (entityKey, held) => ifOpen(cloud.readKey(entityKey, held)),
    commit: (changes, since, options) => ifOpen(cloud.commit(changes, since, options)),
    prepare: () => ifOpen(cloud.prepare?.() ?? Promise.resolve()),
    apply: (changes) => ifOpen(cloud.apply(changes)),
    close: () => cloud.close(),
  };
}
