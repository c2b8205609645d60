import type { SharedObjects } from '../tiers/bucket/SharedObjects.ts';
import type { Fault } from './Fault.ts';
import { faultOf } from './faultOf.ts';

/** What is read of an object. Null: it is not there, or cannot be read, and then there is a fault more. */
export async function readObject<T>(
  objects: SharedObjects,
  name: string,
  parse: (where: string, raw: unknown) => T,
  { entityKey, faults }: { readonly entityKey: string | null; readonly faults: Fault[] },
): Promise<T | null> {
  try {
    const found = await objects.read(name, parse);
    return found === null || found === 'unchanged' ? null : found.value;
  } catch (cause) {
    faults.push(faultOf(cause, entityKey, objects.place(name)));
    return null;
  }
}
