import { DataOrchestrator, MemoryStore, type OrchestratorOptions, type Patch } from 'tiersync';
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
    push: () => data.sync.push(),
    pull: () => data.sync.pull(),
    texts: async () => (await notes.getAll()).map(({ text }) => text).sort(),
    edit: (id: string, patch: Patch<Note>) => notes.update(id, patch),
    pending: () => now(data.sync.pending$),
    rejected: () => now(data.sync.rejected$),
    conflicts: () => now(data.sync.conflicts$),
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
