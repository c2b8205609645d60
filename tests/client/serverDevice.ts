import { DataOrchestrator, EntityKeyFieldStrategy, MemoryStore, type OrchestratorOptions, type Patch } from 'tiersync';
import { createServerTier, type ServerOptions } from 'tiersync/client';
import { settle, TestEnvironment } from '../support/TestEnvironment.ts';
import { now } from './support.ts';
import type { TestServer } from './TestServer.ts';

export interface Note {
  readonly text: string;
  readonly group?: string;
  readonly [field: string]: unknown;
}

interface Setup extends Partial<OrchestratorOptions> {
  readonly user?: string;
  readonly tier?: Partial<ServerOptions>;
  readonly local?: MemoryStore;
}

let seed = 1;
const quiet = { v() {}, d() {}, i() {}, w() {}, e() {} };

/** A device of a user; it syncs when it is told to, unless `sync` says otherwise. */
export async function serverDevice(server: TestServer, setup: Setup = {}) {
  const { user = 'anna', tier, local = new MemoryStore(), sync, ...options } = setup;
  const environment = new TestEnvironment({ seed: seed++ });
  const cloud = createServerTier({ transport: server.transport(user), environment, ...tier });
  const data = await DataOrchestrator.create({
    prefix: 'app',
    environment,
    strategy: new EntityKeyFieldStrategy('group'),
    logger: quiet,
    ...options,
    local,
    cloud,
    sync: { autoStart: false, ...sync },
  });
  const notes = data.repo<Note>('Note');
  return {
    data,
    notes,
    local,
    environment,
    cloud,
    flush: () => data.flush('cloud'),
    push: () => data.sync.push(),
    pull: () => data.sync.pull(),
    /** Time passes on the device; what it begins is done. */
    advance: async (ms: number) => {
      await environment.advance(ms);
      await settle();
    },
    texts: async () => (await notes.getAll()).map(({ text }) => text).sort(),
    edit: (id: string, patch: Patch<Note>) => notes.update(id, patch),
    pending: () => now(data.sync.pending$),
    rejected: () => now(data.sync.rejected$),
    conflicts: () => now(data.sync.conflicts$),
    stats: () => {
      let last: { requests: number; bytesSent: number; bytesReceived: number } | undefined;
      data.sync.stats$.subscribe((stats) => (last = stats)).unsubscribe();
      return last!;
    },
  };
}
