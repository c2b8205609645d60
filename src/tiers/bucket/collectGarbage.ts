import { objectsInIndex } from './indexedParts.ts';
import type { Moment } from './Moment.ts';
import { seqOf } from './names.ts';
import type { SharedObjects } from './SharedObjects.ts';

/** What was removed. */
export interface Garbage {
  readonly count: number;
  readonly bytes: number;
}

/**
 * Removes objects that nothing refers to: of devices that ended, or lost a race, between writing them and naming them.
 * Only those numbered below the checkpoint: nothing in the tail is, and whoever still works on one cannot succeed any
 * more, as the head moved on.
 */
export async function collectGarbage(objects: SharedObjects, moment: Moment): Promise<Garbage> {
  const { head } = moment;
  const named = new Set(objectsInIndex(await moment.index()));
  let count = 0;
  let bytes = 0;
  for await (const { name, size } of objects.list()) {
    const seq = seqOf(name);
    if (seq === null || seq >= head.checkpoint.seq || named.has(name)) continue;
    await objects.delete(name);
    count += 1;
    bytes += size;
  }
  return { count, bytes };
}
