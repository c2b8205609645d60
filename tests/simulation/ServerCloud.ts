import type { Requests, SimulatedAsker, SimulatedCloud } from 'tiersync/testing';
import { createServerTier, type Listening, type ServerListener, type ServerTransport } from '../../src/client/index.ts';
import type { Operations, WireCursor } from '../../src/protocol/messages.ts';
import { Housekeeping } from '../../src/server/Housekeeping.ts';
import { MemorySyncStore } from '../../src/server/MemorySyncStore.ts';
import type { Permission, Principal } from '../../src/server/Principal.ts';
import { Permissions } from '../../src/server/permissions/Permissions.ts';
import { SyncService } from '../../src/server/SyncService.ts';

export interface ServerCloudOptions {
  /** The one time of the world. */
  readonly world: { readonly time: number; after(ms: number, work: () => void): unknown };
  readonly retentionMs: number;
  readonly everyone: Permission['actions'];
}

const tenant = 'simulated';
const tidyMs = 60_000;
const toldMs = 40;
const copy = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T;

/** The server's own service as the cloud of a run. Each device is somebody of its own. */
export class ServerCloud implements SimulatedCloud {
  readonly permissions: Permissions;
  readonly #o: ServerCloudOptions;
  readonly #service: SyncService;
  readonly #store = new MemorySyncStore();
  readonly #housekeeping: Housekeeping;
  #tidiedAt = 0;
  #writes = 0;

  constructor(options: ServerCloudOptions) {
    const { world, everyone, retentionMs: tombstoneRetentionMs } = options;
    const environment = { now: () => world.time };
    const store = this.#store;
    this.#o = options;
    this.permissions = new Permissions({ store, everyone });
    this.#service = new SyncService({ store, permissions: this.permissions, environment, limits: { page: 20 } });
    this.#housekeeping = new Housekeeping({ store, environment, tombstoneRetentionMs });
    store.onChange(() => {
      this.#writes += 1;
    });
  }

  get writes(): number {
    return this.#writes;
  }

  connect(requests: Requests, over: Promise<void>, _staleness: unknown, who: SimulatedAsker): unknown {
    const principal: Principal = { tenant, userId: `device${who.device}`, groups: [] };
    const ask =
      <Request, Answer>(method: keyof Operations, work: (request: Request) => Promise<Answer>) =>
      (request: Request): Promise<Answer> => {
        const sent = copy(request);
        const apply = (): Promise<Answer> => {
          const answer = work(copy(sent)).then(copy);
          // Where its reply is lost, nobody hears how it failed.
          answer.catch(() => {});
          return answer;
        };
        const traits = { isWrite: method === 'push', isConditional: false, canTear: false, canBeStale: false };
        const deed = { medium: 'cloud' as const, method, name: 'server', body: JSON.stringify(sent), apply, ...traits };
        return requests.send(deed).then((answer) => answer);
      };
    const service = this.#service;
    const transport: ServerTransport = {
      meter: { requests: 0, bytesSent: 0, bytesReceived: 0 },
      pull: ask('pull', (request) => service.pull(principal, request)),
      metadata: ask('metadata', (request) => service.metadata(principal, request)),
      keys: ask('keys', (request) => service.keys(principal, request)),
      push: ask('push', async (request) => {
        await this.#tidy();
        return service.push(principal, request);
      }),
      listen: (listener) => this.#listen(principal, listener, over),
      close: async () => {},
    };
    return createServerTier({ transport, environment: who.environment, device: `device${who.device}`, batchSize: 40 });
  }

  async #tidy(): Promise<void> {
    const { time } = this.#o.world;
    if (time - this.#tidiedAt < tidyMs) return;
    this.#tidiedAt = time;
    await this.#housekeeping.collect(tenant);
  }

  /** As a socket tells it; now and then something is lost on the way. */
  #listen(principal: Principal, listener: ServerListener, over: Promise<void>): Listening {
    const { world } = this.#o;
    let from: WireCursor | null = listener.cursor();
    let isStopped = false;
    let count = 0;
    const tell = async (): Promise<void> => {
      if (isStopped) return;
      const { answer, device } = await this.#service.hear(principal, { cursor: from });
      const after = from;
      from = answer.cursor;
      count += 1;
      if (isStopped || count % 7 === 0) return;
      if (after === null || answer.reach !== 'since') listener.onEvent({ type: 'poke' });
      else if (device !== listener.device && answer.cursor.seq > after.seq) {
        listener.onEvent(copy({ type: 'changes', after: after.seq, cursor: answer.cursor, changes: answer.changes }));
      }
      if (answer.hasMore) world.after(toldMs, () => void tell());
    };
    const stop = this.#store.onChange(() => {
      world.after(toldMs, () => void tell());
    });
    const end = (): void => {
      isStopped = true;
      stop();
    };
    void over.then(end);
    return {
      resume: () => {
        from = listener.cursor();
      },
      stop: end,
    };
  }
}
