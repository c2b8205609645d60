// All workloads, in the order in which they run on one ground. `docs/benchmarks.md` says what each of them times.
import { coldStart } from './coldStart.mjs';
import { bytesPerEntity } from './memory.mjs';
import {
  filterAndSort,
  filterAsChanges,
  oneObserved,
  topFifty,
  topFiftyForHundred,
  wholeAsChanges,
  wholeCollection,
} from './observers.mjs';
import { getById, query } from './reads.mjs';
import { bareMapSet, bulkInsert, singleDelete, singleInsert } from './writes.mjs';

/** It brings a bundler with it, which others need not have in their process. */
const bundleSize = async (on) => (await import('./size.mjs')).bundleSize(on);

/**
 * `stage` is the ground they stand on: `plain`, `indexed`, `live` (the one of both that the subject says), `cold`, `sync`,
 * or none. `grows`: what it does touches all of the collection, or a share of it, by its nature.
 */
export const workloads = [
  { id: 'W0', title: 'Map.set of a new id', stage: 'floor', run: bareMapSet },
  { id: 'W1', title: 'bulk insert, an entity', stage: 'plain', run: bulkInsert },
  { id: 'W3', title: 'get by id', stage: 'plain', run: getById },
  { id: 'W4', title: 'query by scan, top 50', stage: 'plain', run: query, grows: 'it looks at all' },
  { id: 'W2', title: 'single insert', stage: 'plain', run: singleInsert },
  { id: 'W2d', title: 'single delete', stage: 'plain', run: singleDelete },
  { id: 'W5', title: 'one of 1,001 observed', stage: 'plain', run: oneObserved },
  { id: 'W6a', title: 'whole collection, live', stage: 'plain', run: wholeCollection, grows: 'the emitted array' },
  { id: 'W6e', title: 'whole collection, as changes', stage: 'plain', run: wholeAsChanges, needs: 'watchChanges' },
  { id: 'W1i', title: 'bulk insert with an index', stage: 'indexed', run: bulkInsert },
  { id: 'W4i', title: 'query by index, top 50', stage: 'indexed', run: query },
  { id: 'W6b', title: 'filter and sort, live', stage: 'live', run: filterAndSort, grows: 'the emitted array' },
  { id: 'W6f', title: 'filter and sort, as changes', stage: 'live', run: filterAsChanges, needs: 'watchChanges' },
  { id: 'W6c', title: 'top 50, live', stage: 'live', run: topFifty },
  { id: 'W6d', title: 'top 50, 100 subscribers', stage: 'live', run: topFiftyForHundred },
  { id: 'W7', title: 'cold start to first query', stage: 'cold', run: coldStart, grows: 'it reads all' },
  { id: 'W8-all', title: 'first sync of all', stage: 'sync', run: (pair) => pair.firstSync(), grows: 'all is sent' },
  { id: 'W8-0', title: 'sync, nothing changed', stage: 'sync', run: (pair) => pair.afterChanges(0) },
  { id: 'W8-1', title: 'sync, 1 changed', stage: 'sync', run: (pair) => pair.afterChanges(1) },
  { id: 'W8-100', title: 'sync, 100 changed', stage: 'sync', run: (pair) => pair.afterChanges(100) },
  {
    id: 'W8-10k',
    title: 'sync, 10,000 changed',
    stage: 'sync',
    run: (pair) => pair.afterChanges(10_000),
    from: 20_000,
  },
  { id: 'W9', title: 'heap, an entity', stage: 'memory', run: bytesPerEntity, unit: 'bytes' },
  { id: 'W10', title: 'smallest import, brotli', stage: 'size', run: bundleSize, unit: 'bytes' },
];

export const workload = (id) => workloads.find((known) => known.id === id);

/** As they are numbered, which is not the order they run in. */
const numberOf = ({ id }) => id.split('-')[0];
export const numbered = [...workloads].sort((a, b) => numberOf(a).localeCompare(numberOf(b), 'en', { numeric: true }));
