import { KeySums } from '../blob/KeySums.ts';
import type { InspectedKeys } from '../interfaces/Inspection.ts';
import type { KeySummary } from '../interfaces/Metadata.ts';
import type { StoredRecord } from '../interfaces/StoredRecord.ts';
import { inChunks } from '../util/inChunks.ts';
import { inspectedKey } from './inspectedKey.ts';
import { plainRecord } from './plainRecord.ts';
import type { PlanParts } from './planOf.ts';

/** What is asked of a cloud by those who look into it. */
export interface CloudSights {
  readonly keys: InspectedKeys;
  readonly records: readonly StoredRecord[];
}

type Parts = Pick<PlanParts, 'cloud' | 'rules'>;

const blobsAtOnce = 8;

/** What a cloud holds now, as far as its link is about it. */
export const inspectCloud: {
  readonly [What in keyof CloudSights]: (parts: Parts, entityKey: string) => Promise<CloudSights[What]>;
} = {
  async keys({ cloud, rules }) {
    const { changes } = await cloud.changesSince(null);
    const { entityKeys } = await cloud.readMetadata();
    const found = new Map<string, KeySummary>(Object.entries(entityKeys));
    // A history goes on where its index ends.
    const later = [...new Set(changes.map(({ entityKey }) => entityKey))];
    await inChunks(later, blobsAtOnce, async (key) => {
      found.set(key, KeySums.of(await cloud.readKey(key)).localSummary(true));
    });
    const keys = [...found].map(([key, summary]) => [key, inspectedKey(summary, rules.isSynced)] as const);
    return new Map(keys.filter(([, { entities, deletions }]) => entities + deletions > 0));
  },

  async records({ cloud, rules }, entityKey) {
    await cloud.changesSince(null);
    const records = await cloud.readKey(entityKey);
    return records.filter(({ entityName }) => rules.isSynced(entityName)).map(plainRecord);
  },
};
