import type { Plan } from 'tiersync/testing';
import { scenarios } from './scenarios.ts';
import type { Defect } from './standIn/state.ts';

/** Something made wrong on purpose, where, and how the simulation must notice. */
export interface Planted {
  readonly defect: Defect;
  /** The promises one of which the first violation names. */
  readonly breaks: readonly string[];
  /** Found by that many seeds, or by a chain of events that was written down. */
  readonly by: number | Plan;
}

const [lostCreation] = Object.values(scenarios) as [Plan];

/** A change of the library's own text that makes it wrong. */
export interface SourceBreak {
  readonly what: string;
  readonly file: string;
  /** Stands there exactly once. */
  readonly find: string;
  readonly put: string;
  /** Where it shows; left out: on one device, without a cloud. */
  readonly run?: string;
}

/** In the stand-in. */
export const planted: readonly Planted[] = [
  { defect: 'no device lock', breaks: ['P1', 'P2', 'P11'], by: 100 },
  { defect: 'no compare-and-swap', breaks: ['P1', 'P2', 'P3'], by: 100 },
  { defect: 'no total order', breaks: ['P1'], by: 400 },
  { defect: 'index believed over data', breaks: ['P1'], by: 50 },
  { defect: 'outbox cleared too early', breaks: ['P1', 'P2'], by: 50 },
  { defect: 'tombstones collected by their stamp', breaks: ['P1', 'P4'], by: 400 },
  { defect: 'no horizon', breaks: ['P1', 'P4'], by: 100 },
  { defect: 'creation with a lost reply taken for unsent', breaks: ['P4'], by: lostCreation },
  { defect: 'creation below the horizon not stamped anew', breaks: ['P1'], by: 600 },
  { defect: 'checkpoint adds changes', breaks: ['P1', 'P2', 'P3'], by: 50 },
  { defect: 'merge overwrites an edit made meanwhile', breaks: ['P1', 'P2', 'P8', 'P10'], by: 50 },
  { defect: 'conflicts not reported', breaks: ['P10'], by: 50 },
  { defect: 'observers told twice', breaks: ['P7'], by: 50 },
  { defect: 'a sync always writes', breaks: ['P11'], by: 50 },
  { defect: 'a batch sent in halves', breaks: ['P3'], by: 50 },
];

/** In the sources of the library. */
export const plantedInSource: readonly SourceBreak[] = [
  {
    what: 'keys that are about to change are not noted in the index first',
    file: 'src/tiers/KeyWrites.ts',
    find: '      if (drafts.size > 0) await blobs.store(indexKey, writeIndex(index.before(drafts)));\n',
    put: '',
  },
  {
    what: 'a flush does not wait for the disk',
    file: 'src/tiers/KeyWrites.ts',
    find: 'await inChunks(pages, blobsAtOnce, store);',
    put: 'void inChunks(pages, blobsAtOnce, store);',
  },
  {
    what: 'changes that could not be delivered are forgotten',
    file: 'src/FlushHandler.ts',
    find: '        journal.giveBack(changes);\n        throw error;',
    put: '        throw error;',
  },
  {
    what: 'a tab forgets to tell the others of what it stored',
    file: 'src/tiers/PersistenceTier.ts',
    find: '    this.#witness?.stored(drafts, summaries);\n',
    put: '',
    run: 'tabs',
  },
  {
    what: 'what other tabs have to be sent is not noticed',
    file: 'src/tabs/TabChanges.ts',
    find: '    this.#o.outbox.note(draft.entityKey, draft.pending());\n',
    put: '',
    run: 'tabs',
  },
];
