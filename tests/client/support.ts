import {
  DataOrchestrator,
  type DataRepository,
  MemoryStore,
  type OrchestratorOptions,
  type Patch,
  type SyncEngine,
} from 'tiersync';
import { type BackendOptions, createBackendTier } from 'tiersync/client';
import type { RejectedChange } from '../../src/interfaces/SyncTypes.ts';
import { TestEnvironment } from '../support/TestEnvironment.ts';

export interface Note {
  readonly text: string;
  readonly tag?: string;
}

let seed = 1;

interface Setup extends Partial<OrchestratorOptions> {
  readonly tier?: Partial<BackendOptions>;
  readonly local?: MemoryStore;
}

/** A device that syncs only when it is told to. */
export async function device(backend: BackendOptions, { tier, local = new MemoryStore(), ...options }: Setup = {}) {
  const environment = new TestEnvironment({ seed: seed++ });
  const given: BackendOptions = {
    pull: (cursor, how) => backend.pull(cursor, how),
    push: (changes, how) => backend.push(changes, how),
    environment,
    ...tier,
  };
  const cloud = createBackendTier(given);
  const sync = { autoStart: false, ...options.sync };
  const data = await DataOrchestrator.create({ prefix: 'app', environment, ...options, local, cloud, sync });
  const notes = data.repo<Note>('Note');
  return {
    data,
    notes,
    local,
    environment,
    cloud,
    advance: (ms: number) => environment.advance(ms),
    ...handlesOf(data.sync, notes),
  };
}

/** What tests do with a device, and what they look at. */
export function handlesOf<N extends { readonly text: string }>(sync: SyncEngine, notes: DataRepository<N>) {
  return {
    push: () => sync.push(),
    pull: () => sync.pull(),
    texts: async () => (await notes.getAll()).map(({ text }) => text).sort(),
    edit: (id: string, patch: Patch<N>) => notes.update(id, patch),
    pending: () => now(sync.pending$),
    rejected: () => now(sync.rejected$),
    conflicts: () => now(sync.conflicts$),
  };
}

interface Watchable<T> {
  subscribe(next: (value: T) => void): { unsubscribe(): void };
}

/** What a stream holds at this moment. */
export function now<T>(stream: Watchable<readonly T[]>): readonly T[] {
  let last: readonly T[] = [];
  stream.subscribe((value) => (last = value)).unsubscribe();
  return last;
}

/** What the app shows of what was refused. */
export const refusals = (list: readonly RejectedChange[]): string[] =>
  list.map(({ code, reason }) => `${code}: ${reason}`);
