// Two devices on one server in memory, over real sockets: what W8 costs there, with its requests.
import { firstValueFrom } from 'rxjs';
import { silentLogger } from 'tiersync';
import { createSyncEngine } from 'tiersync/client';
import { createSyncServer, MemorySyncStore } from 'tiersync/server';
import { quiet } from '../quiet.mjs';
import { inParts, open } from './ours.mjs';

export default {
  replicas: async () => {
    const server = await createSyncServer({
      authenticate: async (token) => ({ tenant: 'bench', userId: token, groups: [] }),
      everyone: ['read', 'write', 'delete'],
      store: new MemorySyncStore(),
      logger: silentLogger,
      limits: { writesPerSecond: 10_000_000, writesAtOnce: 10_000_000 },
    });
    const { url } = await server.listen({ host: '127.0.0.1' });
    const device = async () => {
      const db = await open({ prefix: 'bench', environment: quiet, strategy: inParts() });
      const engine = createSyncEngine(db.data, { serverUrl: url, authToken: 'anna' });
      await engine.start();
      await engine.ready();
      const spent = async () => {
        const { requests, bytesSent, bytesReceived } = await firstValueFrom(engine.stats$);
        return { requests, bytes: bytesSent + bytesReceived };
      };
      return { db, engine, spent };
    };
    const [a, b] = [await device(), await device()];
    b.db.items.observeCount().subscribe();
    const spent = async () => {
      const both = [await a.spent(), await b.spent()];
      return { bytes: both[0].bytes + both[1].bytes, requests: both[0].requests + both[1].requests };
    };
    const sync = async () => {
      const before = await spent();
      await a.engine.push();
      await b.engine.pull();
      const now = await spent();
      return { bytes: now.bytes - before.bytes, requests: now.requests - before.requests };
    };
    return { a: a.db, b: b.db, sync };
  },
};
