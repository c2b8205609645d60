// One server under load, with what it says of itself.
import { silentLogger } from 'tiersync';
import { createSyncServer, pgliteDatabase } from 'tiersync/server';
import { CountedTimers } from './CountedTimers.mjs';
import { ProcessFigures } from './ProcessFigures.mjs';
import { SocketCounts } from './SocketCounts.mjs';
import { jwt } from './signIn.mjs';

export class LoadServer {
  #figures = new ProcessFigures();
  #timers = new CountedTimers();
  #counts = null;
  #server = null;

  /**
   * @param {object} request
   * @param {string | import('tiersync/server').SyncDatabase} request.database `pglite`, the URL of a PostgreSQL, or one that is open
   * @param {number} [request.port]
   * @param {object} [request.options] of the server, other than its defaults
   */
  async start({ database, port = 0, options = {} }) {
    const { value, counts } = await SocketCounts.while(async () => {
      this.#server = await createSyncServer({
        jwt,
        everyone: ['read', 'write', 'delete'],
        database: database === 'pglite' ? await pgliteDatabase() : database,
        logger: silentLogger,
        environment: this.#timers.environment,
        ...options,
      });
      return await this.#server.listen({ host: '127.0.0.1', port });
    });
    this.#counts = counts;
    return value;
  }

  begin() {
    this.#figures.begin();
  }

  read() {
    return this.#figures.read();
  }

  /** What it holds at this moment. */
  async rest() {
    const { resources, ...memory } = await this.#figures.rest();
    return { ...memory, resources, held: this.held() };
  }

  held() {
    return { ...this.#counts.read(), sessions: this.#server.sockets.count, timers: this.#timers.open };
  }

  outbound() {
    return this.#counts.outbound();
  }

  close() {
    return this.#server.close();
  }
}
