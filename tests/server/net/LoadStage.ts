import { join } from 'node:path';
import { pgliteDatabase, type SyncDatabase } from 'tiersync/server';
import { LoadServer } from '../../../bench/load/LoadServer.mjs';
import type { AnyStage } from '../../../bench/load/Stage.mjs';
import { startChild } from '../../../bench/load/talk.mjs';
import { pgliteImage } from '../../support/pgliteImage.ts';
import type { PostgresCluster } from '../../support/postgresCluster.ts';

const fleetFile = join(import.meta.dirname, '../../../bench/load/fleetChild.mjs');

/** As `bench/load/Stage.mjs`, with the servers in this process, from the sources. */
export class LoadStage implements AnyStage {
  readonly scale = 0.1;
  readonly #cluster: PostgresCluster | null;
  readonly #ends: (() => Promise<unknown>)[] = [];

  constructor(cluster: PostgresCluster | null) {
    this.#cluster = cluster;
  }

  async database(kind: 'postgres' | 'pglite' = 'postgres'): Promise<string | SyncDatabase> {
    if (kind === 'pglite' || this.#cluster === null) return pgliteDatabase({ image: await pgliteImage() });
    return this.#cluster.database();
  }

  async startServer(request: { readonly database: string | SyncDatabase }): ReturnType<AnyStage['startServer']> {
    const server = new LoadServer();
    const { url, port } = await server.start(request);
    let closing: Promise<void> | null = null;
    const kill = (): Promise<void> => (closing ??= server.close());
    this.#ends.unshift(kill);
    // biome-ignore lint/suspicious/noExplicitAny: whatever the method answers
    const ask = async (name: string, about?: object): Promise<any> => (server as any)[name](about);
    return { url, port, ask, kill, isAlive: true, exited: Promise.resolve() };
  }

  startFleet(): ReturnType<AnyStage['startFleet']> {
    const fleet = startChild(fleetFile);
    this.#ends.unshift(() => fleet.kill());
    return fleet;
  }

  async cut(database: string | SyncDatabase): Promise<boolean> {
    return (await this.#cluster?.cutOne(database as string)) === true;
  }

  /** Fleets first, so that nobody comes back. */
  async close(): Promise<void> {
    for (const end of this.#ends) await end();
  }
}
