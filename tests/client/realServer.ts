import { DataOrchestrator, EntityKeyFieldStrategy, MemoryStore, silentLogger } from 'tiersync';
import { createSyncEngine, type SyncConfig } from 'tiersync/client';
import { createSyncServer, MemorySyncStore, type ServerOptions, type SyncServer } from 'tiersync/server';

export interface Note {
  readonly text: string;
  readonly group?: string;
  readonly [field: string]: unknown;
}

/** A server on a port of its own, over rows in memory. A token is the name of its user. */
export async function realServer(options: Partial<ServerOptions> = {}) {
  const store = new MemorySyncStore();
  const given: ServerOptions = {
    authenticate: async (token: string) =>
      token.startsWith('user-') ? { tenant: 'one', userId: token.slice(5), groups: [] } : null,
    everyone: ['read', 'write', 'delete'],
    // What it holds outlives the server, as a database does.
    store: {
      read: (tenant, work) => store.read(tenant, work),
      write: (tenant, work) => store.write(tenant, work),
      tenants: () => store.tenants(),
      onChange: (listener) => store.onChange(listener),
      close: async () => {},
    },
    logger: silentLogger,
    ...options,
  };
  let server: SyncServer = await createSyncServer(given);
  const { url, port } = await server.listen();
  return {
    url,
    store,
    get server(): SyncServer {
      return server;
    },
    /** It ends, and another one begins in its place. */
    async restart(): Promise<void> {
      await server.close();
      server = await createSyncServer(given);
      await server.listen({ port });
    },
    close: () => server.close(),
  };
}

/** An app on a real clock. */
export async function realDevice(url: string, config: Partial<SyncConfig> = {}, local = new MemoryStore()) {
  const data = await DataOrchestrator.create({
    prefix: 'app',
    strategy: new EntityKeyFieldStrategy('group'),
    logger: silentLogger,
    local,
    intervals: { localQuietMs: 1, cloudQuietMs: 1 },
  });
  const sync = createSyncEngine(data, { serverUrl: url, authToken: 'user-anna', reconnectDelay: 20, ...config });
  const notes = data.repo<Note>('Note');
  return { data, sync, notes, local };
}

type RealDevice = Awaited<ReturnType<typeof realDevice>>;

/** Resolves as soon as a device shows the note so. */
export function shown(
  { notes }: Pick<RealDevice, 'notes'>,
  id: string,
  isIt: (note: Note | null) => boolean,
): Promise<void> {
  return new Promise((resolve) => {
    const watching = notes.observe(id).subscribe((note) => {
      if (!isIt(note as Note | null)) return;
      queueMicrotask(() => watching.unsubscribe());
      resolve();
    });
  });
}
