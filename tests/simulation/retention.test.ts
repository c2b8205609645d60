import { retentionStates } from 'tiersync/testing';
import { describe, expect, test } from 'vitest';
import { playSeeds } from '../../scripts/simulation/playSeeds.mjs';
import { seedsToRun } from './environment.ts';
import type { SourceBreak } from './planted.ts';
import { playCloud } from './playCloud.ts';

const minutes = 60_000;

test(
  '[RT15] devices that keep only a part of what their bucket has keep their promises whatever happens to them',
  async () => {
    const { failure, sightings } = await playCloud('retention', seedsToRun({ from: 1, count: 30 }));
    expect(failure).toBe(null);
    expect(retentionStates.filter((state) => !sightings.has(state))).toEqual([]);
  },
  60 * minutes,
);

const planted: { readonly [what: string]: readonly Omit<SourceBreak, 'what'>[] } = {
  'what is not in the cloud yet is taken away': [
    {
      file: 'src/reconcile/evict.ts',
      find: '  if (draft.entry(entityName, id) !== undefined) return false;\n',
      put: '',
    },
    { file: 'src/retention/Evictor.ts', find: ' || outbox.of(entityName, id) !== undefined', put: '' },
  ],
  'what is critical is taken away': [
    { file: 'src/reconcile/evict.ts', find: ' || priority === RetentionPriority.CRITICAL', put: '' },
  ],
  'what was taken away counts as deleted': [
    { file: 'src/blob/stub.ts', find: '  isDeleted: false,', put: '  isDeleted: true,' },
  ],
  'what was taken away is not brought back': [
    { file: 'src/sync/Hydrator.ts', find: ' || evictedIn(local.summaryOf(key)) > 0', put: '' },
  ],
  'nobody knows after a restart that something was taken away': [
    {
      file: 'src/MetadataManager.ts',
      find: '      if (evictedIn(summary) > 0) this.markThin(key, summary);\n',
      put: '',
    },
  ],
};

describe('a planted defect is found', () => {
  test.each(Object.entries(planted))(
    '[RT15] %s',
    async (_, defects) => {
      const { rule, failure } = await playSeeds({ run: 'retention', from: 1, count: 100, planted: defects });
      expect(failure).not.toBe(null);
      expect(rule).toMatch(/^P\d+$/);
    },
    10 * minutes,
  );
});
