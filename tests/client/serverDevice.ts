import {
  DataOrchestrator,
  EntityKeyFieldStrategy,
  MemoryStore,
  type OrchestratorOptions,
  silentLogger,
} from 'tiersync';
import { createServerTier, type ServerOptions } from 'tiersync/client';
import { settle, TestEnvironment } from '../support/TestEnvironment.ts';
import { handlesOf } from './support.ts';
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

/** A device of a user; it syncs when it is told to, unless `sync` says otherwise. */
export async function serverDevice(server: TestServer, setup: Setup = {}) {
  const { user = 'anna', tier, local = new MemoryStore(), sync, ...options } = setup;
  const environment = new TestEnvironment({ seed: seed++ });
  const cloud = createServerTier({ transport: server.transport(user), environment, ...tier });
  const data = await DataOrchestrator.create({
    prefix: 'app',
    environment,
    strategy: new EntityKeyFieldStrategy('group'),
    logger: silentLogger,
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
    /** Time passes on the device; what it begins is done. */
    advance: async (ms: number) => {
      await environment.advance(ms);
      await settle();
    },
    ...handlesOf(data.sync, notes),
    stats: () => {
      let last: { requests: number; bytesSent: number; bytesReceived: number } | undefined;
      data.sync.stats$.subscribe((stats) => (last = stats)).unsubscribe();
      return last!;
    },
  };
}
