import type { DataEvents } from '../DataEvents.ts';
import type { MetadataManager } from '../MetadataManager.ts';

/** Who reads these keys now reads what is here, and hears that it is not all. */
export function tellIncomplete(entityKeys: Iterable<string>, metadata: MetadataManager, events: DataEvents): void {
  for (const entityKey of entityKeys) {
    if (!metadata.isAway(entityKey)) continue;
    const message = `${entityKey}: the cloud has more of it, and cannot be reached; this is what is on this device`;
    events.emit({ type: 'problem', problem: { code: 'incomplete', entityKey, message } });
  }
}
