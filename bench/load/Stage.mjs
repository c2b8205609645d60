// What a line of the load plays on: databases, servers and fleets, each server and fleet in a process of its own.
import { join } from 'node:path';
import { startCluster } from './cluster.mjs';
import { startChild } from './talk.mjs';

const at = (file) => join(import.meta.dirname, file);

/** Tests bring their own. @typedef {Pick<Stage, keyof Stage>} AnyStage */

export class Stage {
  /** @type {import('../../tests/support/postgresCluster.ts').PostgresCluster | null} */
  #cluster = null;
  #children = [];
  /** Such as `--cpu-prof`, for the servers. */
  #nodeOptions = process.env['SERVER_NODE_OPTIONS']?.split(' ') ?? [];

  /** @param {number} scale */
  constructor(scale) {
    this.scale = scale;
  }

  /** @param {'postgres' | 'pglite'} [kind] @returns {Promise<string | import('tiersync/server').SyncDatabase>} */
  async database(kind = 'postgres') {
    if (kind === 'pglite') return kind;
    this.#cluster ??= await startCluster();
    return await this.#cluster.database();
  }

  /** @param {{ database: Parameters<import('./LoadServer.mjs').LoadServer['start']>[0]['database'], port?: number }} request */
  async startServer(request) {
    const child = this.#start('serverChild.mjs', ['--expose-gc', ...this.#nodeOptions]);
    const { url, port } = await child.ask('start', request);
    return Object.assign(child, { url, port });
  }

  startFleet() {
    return this.#start('fleetChild.mjs');
  }

  /** One connection to a database; whether there was one. @param {string | import('tiersync/server').SyncDatabase} database */
  cut(database) {
    return this.#cluster.cutOne(database);
  }

  async close() {
    await Promise.all(this.#children.map((child) => child.kill()));
    await this.#cluster?.stop();
  }

  /** @param {string} file @param {readonly string[]} [node] */
  #start(file, node = []) {
    const child = startChild(at(file), node);
    this.#children.push(child);
    return child;
  }
}
