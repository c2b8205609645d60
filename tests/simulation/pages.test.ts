import { pagingStates } from 'tiersync/testing';
import { describe, expect, test } from 'vitest';
import { playSeeds } from '../../scripts/simulation/playSeeds.mjs';
import { seedsToRun } from './environment.ts';
import type { SourceBreak } from './planted.ts';
import { playCloud } from './playCloud.ts';

const minutes = 60_000;

test.each([
  ['pages', 30],
  ['tabs in pages', 6],
  ['retention in pages', 6],
])(
  '[SI11] devices with keys in pages, here and in their bucket, keep their promises: %s',
  async (run, count) => {
    const { failure, sightings } = await playCloud(run, seedsToRun({ from: 1, count }));
    expect(failure).toBe(null);
    expect(pagingStates.filter((state) => !sightings.has(state))).toEqual([]);
  },
  60 * minutes,
);

const planted: { readonly [what: string]: Omit<SourceBreak, 'what'> } = {
  'what is held stands for pages that differ from it': {
    file: 'src/tiers/bucket/recordsAt.ts',
    find: 'new Set([...onlyB, ...differing, ...graves])',
    put: 'new Set(onlyB)',
  },
  'a key that is dealt anew leaves out the pages in which nothing changed': {
    file: 'src/tiers/bucket/foldKey.ts',
    find: "'stays' in part ? await load(part.stays) : part.folded.data",
    put: "'stays' in part ? null : part.folded.data",
  },
  'a record is looked for in another page than it was put into': {
    file: 'src/tiers/PagedBlobs.ts',
    find: 'places.map(({ id }) => pageOf(id, found.count));',
    put: 'places.map(({ id }) => pageOf(id, found.count) >> 1);',
  },
};

describe('a planted defect is found', () => {
  test.each(Object.entries(planted))(
    '[SI11] %s',
    async (_, defect) => {
      const { rule, failure } = await playSeeds({ run: 'pages', from: 1, count: 100, planted: [defect] });
      expect(failure).not.toBe(null);
      expect(rule).toMatch(/^(P\d+|ER)$/);
    },
    10 * minutes,
  );
});
