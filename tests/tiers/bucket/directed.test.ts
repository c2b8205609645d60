import { MemoryBucket } from 'tiersync';
import { expect, test } from 'vitest';
import { BucketTier } from '../../../src/tiers/bucket/BucketTier.ts';
import { FaultyBucket } from '../../support/FaultyBucket.ts';
import { type Patch, patchedTier } from './sim/patchedTier.ts';
import { everything, namesIn, peerOn, push, task } from './support.ts';

interface Scenario {
  readonly title: string;
  /** A defect that is too rare for the simulation to find. */
  readonly patch: Patch;
  /** What is wrong at the end, or nothing. */
  readonly play: (Tier: typeof BucketTier) => Promise<unknown>;
}

const each = { tailCommits: 1 };

const scenarios: readonly Scenario[] = [
  {
    title: 'the bucket was emptied, others began anew, and are further than this device ever was',
    patch: { file: 'head.ts', find: ' || cursor.lineage !== head.lineage', put: '' },
    play: async (Tier) => {
      const inner = new MemoryBucket();
      const a = peerOn(inner, {}, { Tier });
      const cursor = await push(a.tier, task('a.1', 1));
      for (const name of await namesIn(inner)) await inner.delete(name);
      const b = peerOn(inner, each, { Tier });
      for (let n = 0; n < 3; n++) await push(b.tier, task('b.1', n));
      await b.tier.maintain();
      const { reach } = await a.tier.changesSince(cursor);
      return reach === 'first' ? undefined : reach;
    },
  },
  {
    title: 'the bucket was set back to a copy, and another commit has the number of ours',
    patch: {
      file: 'head.ts',
      find: "return nonceAt(head, cursor.seq) === cursor.nonce ? 'since' : 'first';",
      put: "return 'since';",
    },
    play: async (Tier) => {
      const inner = new MemoryBucket();
      const a = peerOn(inner, {}, { Tier });
      await push(a.tier, task('a.1', 1));
      const copy = (await inner.get('app/head')) as { bytes: Uint8Array };
      const cursor = await push(a.tier, task('a.2', 2));
      await inner.put('app/head', copy.bytes);
      await push(peerOn(inner, {}, { Tier }).tier, task('b.1', 2));
      const { reach } = await a.tier.changesSince(cursor);
      return reach === 'first' ? undefined : reach;
    },
  },
  {
    title: 'a checkpoint whose answer was lost was taken as the base of the next one',
    patch: {
      file: 'Checkpoint.ts',
      find: 'if (seen === null || !this.#isBaseOf(seen.value)) return false;',
      put: `if (seen === null || !this.#isBaseOf(seen.value)) {
        for await (const { name } of this.#options.objects.list()) {
          if (name.endsWith(this.#nonce)) await this.#options.objects.delete(name);
        }
        return false;
      }`,
    },
    play: async (Tier) => {
      const inner = new MemoryBucket();
      const faulty = new FaultyBucket(inner);
      const a = peerOn(faulty, each, { Tier });
      const b = peerOn(inner, each, { Tier });
      await push(a.tier, task('a.1', 1), task('b.1', 1));
      faulty.faults.gate = ({ method, key }) => {
        if (method !== 'put' || key !== 'app/head') return undefined;
        // The look after the lost answer comes when all of this has happened.
        faulty.faults.failAt(0, 'after');
        faulty.faults.gate = async () => {
          await push(b.tier, task('b.1', 2));
          await b.tier.maintain();
          faulty.faults.gate = null;
        };
        return undefined;
      };
      await a.tier.maintain();
      return await everything(peerOn(inner).tier).then(
        () => undefined,
        (error: unknown) => error,
      );
    },
  },
  {
    title: 'a device ends between the changes of its first commit and the head',
    patch: {
      file: 'BucketTier.ts',
      find: '    const created = await',
      put: `    await this.#objects.put('changes/1-early', {});
    const created = await`,
    },
    play: async (Tier) => {
      const inner = new MemoryBucket();
      for (let request = 1; request < 9; request++) {
        const faulty = new FaultyBucket(inner);
        const a = peerOn(faulty, { inlineBytes: 0 }, { Tier });
        faulty.faults.crashAt(request, 'before');
        void push(a.tier, task('a.1', 1)).catch(() => {});
        await Promise.race([faulty.faults.crashed, new Promise((resolve) => setImmediate(resolve))]);
        const failed = await peerOn(inner, {}, { Tier })
          .tier.changesSince(null)
          .then(
            () => undefined,
            (error: unknown) => error,
          );
        if (failed !== undefined) return failed;
      }
      return undefined;
    },
  },
];

test.each(scenarios)('[SB2] holds where it is hardest: $title', async ({ play }) => {
  expect(await play(BucketTier)).toBeUndefined();
});

test.each(scenarios)('[SB2] a defect there is found: $title', async ({ play, patch }) => {
  expect(await play(await patchedTier([patch]))).not.toBeUndefined();
});
