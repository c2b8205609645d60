import {
  DataOrchestrator,
  EntityKeyFieldStrategy,
  MemoryStore,
  type OrchestratorOptions,
  silentLogger,
} from 'tiersync';
import { createSyncEngine, type Fetch, type SyncConfig } from 'tiersync/client';
import { createSyncServer, MemorySyncStore, type ServerOptions } from 'tiersync/server';
import { TestEnvironment } from '../support/TestEnvironment.ts';
import type { Note } from './serverDevice.ts';

interface Call {
  readonly url: string;
  readonly authorization: string | null;
  readonly body: { readonly [field: string]: unknown };
}

const url = 'https://sync.test/sync';

/** A server that is reached by its handler, with every request written down. */
export async function fetchedServer(options: Partial<ServerOptions> = {}) {
  const server = await createSyncServer({
    authenticate: async (token: string) =>
      token.startsWith('user-') ? { tenant: 'one', userId: token.slice(5), groups: [] } : null,
    everyone: ['read', 'write', 'delete'],
    store: new MemorySyncStore(),
    environment: new TestEnvironment({ seed: 5 }),
    logger: silentLogger,
    ...options,
  });
  const calls: Call[] = [];
  const state: { fail: ((call: Call) => Response | Promise<Response> | null) | null } = { fail: null };
  const fetch: Fetch = async (to, init) => {
    const request = new Request(to, init);
    const body = JSON.parse(await request.clone().text());
    const call = { url: to, authorization: request.headers.get('authorization'), body };
    calls.push(call);
    return (await state.fail?.(call)) ?? server.handler(request);
  };
  return {
    server,
    calls,
    fetch,
    /** What a network or a gateway says in the place of the server; null: nothing. */
    failBy: (fail: typeof state.fail) => {
      state.fail = fail;
    },
    /** The operations that were asked since the last time. */
    names: () => calls.splice(0).map((call) => call.url.slice(call.url.lastIndexOf('/') + 1)),
  };
}

let seed = 100;

/** An app whose engine was made with these options. */
export async function engineOf(
  server: Pick<Awaited<ReturnType<typeof fetchedServer>>, 'fetch'>,
  config: Partial<SyncConfig> = {},
  options: Partial<OrchestratorOptions> = {},
) {
  const environment = new TestEnvironment({ seed: seed++ });
  const data = await DataOrchestrator.create({
    prefix: 'app',
    environment,
    strategy: new EntityKeyFieldStrategy('group'),
    logger: silentLogger,
    local: new MemoryStore(),
    ...options,
  });
  const { fetch } = server;
  const given = { serverUrl: url, authToken: 'user-anna', useWebSocket: false, fetch, environment, ...config };
  const sync = createSyncEngine(data, given);
  return { data, sync, environment, notes: data.repo<Note>('Note') };
}
