import type { IBucket } from 'tiersync';
import type { Patch } from './patchedTier.ts';

export interface Defect {
  readonly title: string;
  readonly patches?: readonly Patch[];
  readonly bucket?: (bucket: IBucket) => IBucket;
}

/** A store that ignores the conditions in silence. */
const careless = (bucket: IBucket): IBucket => ({
  get: (name, options) => bucket.get(name, options),
  put: (name, bytes) => bucket.put(name, bytes),
  delete: (name) => bucket.delete(name),
  list: (prefix) => bucket.list(prefix),
});

export const defects: readonly Defect[] = [
  { title: 'the store does not compare before it writes', bucket: careless },
  {
    title: 'a checkpoint drops the commits that arrived meanwhile',
    patches: [
      {
        file: 'head.ts',
        find: '  tail: head.tail.filter(({ seq }) => seq > checkpoint.seq),',
        put: '  checkpoint: { ...checkpoint, seq: head.seq, nonce: nonceAt(head, head.seq) as string }, tail: [],',
      },
    ],
  },
  {
    title: 'tombstones are forgotten by their stamp',
    patches: [
      {
        file: 'nextIndex.ts',
        find: 'history.reduce((cut, { seq, at }) => (at <= now - tombstoneRetentionMs ? Math.max(cut, seq) : cut), 0);',
        put: 'now - tombstoneRetentionMs;',
      },
      { file: 'foldCommits.ts', find: 'if (mark !== undefined && mark <= cut) {', put: 'if (record.stamp <= cut) {' },
      { file: 'foldCommits.ts', find: '        horizon.seq = Math.max(horizon.seq, mark);\n', put: '' },
    ],
  },
  {
    title: 'a checkpoint adds the changes of a large commit',
    patches: [
      {
        file: 'BucketTier.ts',
        find: '    const isSwapped = await',
        put: `    if ('object' in commit) {
      const moment = this.#momentOf(seen.value);
      const keys = new Map(await moment.changesOfKeys());
      for (const change of changes) keys.set(change.entityKey, [...(keys.get(change.entityKey) ?? []), change]);
      moment.changesOfKeys = async () => keys;
      const isMade = await new Checkpoint(moment, {
        objects: this.#objects, blobs: this.#blobs, head: this.#head, createNonce: () => this.#createNonce(),
        settings: this.#settings, alone: (work) => work(),
      }).run();
      if (!isMade) return 'stale';
      return { cursor: cursorOf(this.#stand(this.#head.seen.value).head), results: changes.map(() => applied) };
    }
    const isSwapped = await`,
      },
    ],
  },
  {
    title: 'nobody learns the horizon',
    patches: [{ file: 'BucketTier.ts', find: 'horizon: head.checkpoint.horizon }', put: 'horizon: noHorizon }' }],
  },
  {
    title: 'garbage is collected without looking at numbers',
    patches: [{ file: 'collectGarbage.ts', find: ' || seq >= head.checkpoint.seq', put: '' }],
  },
  {
    title: 'pages of a key are garbage',
    patches: [{ file: 'indexedParts.ts', find: '.flatMap(partsOf)', put: ".filter((entry) => 'object' in entry)" }],
  },
  {
    title: 'after a lost answer the commit counts as one that happened',
    patches: [{ file: 'head.ts', find: "return isOurs ? 'done' : 'never';", put: "return 'done';" }],
  },
];
