import stableText from 'fast-json-stable-stringify';
import type { CloudMaker, Requests, SimulatedAsker, SimulatedCloud, SimulatedPermits } from 'tiersync/testing';
import { createServerTier, type Listening, type ServerListener, type ServerTransport } from '../../src/client/index.ts';
import type { Operations, WireCursor } from '../../src/protocol/messages.ts';
import { Housekeeping } from '../../src/server/Housekeeping.ts';
import type { Permission, Principal } from '../../src/server/Principal.ts';
import { Permissions } from '../../src/server/permissions/Permissions.ts';
import { SyncService } from '../../src/server/SyncService.ts';
import type { SyncStore } from '../../src/server/SyncStore.ts';
import { SerialQueue } from '../../src/util/SerialQueue.ts';

export interface ServerCloudOptions {
  /** The one time of the world. */
  readonly world: Parameters<CloudMaker>[0];
  /** Others may be in it: what a run is about is the tenant alone. */
  readonly store: SyncStore;
  readonly tenant: string;
  readonly retentionMs: number;
  /** Permissions come and go. */
  readonly hasPermits: boolean;
}

const tidyMs = 60_000;
const toldMs = 40;
/** With sorted fields: a database gives back the fields of a record in an order of its own. */
const copy = <T>(value: T): T => JSON.parse(stableText(value)) as T;

const all: Permission['actions'] = ['read', 'write', 'delete'];
const denial = (device: number, collection: string, id: string | null): Permission => ({
  userId: `device${device}`,
  collection,
  ...(id === null ? {} : { itemId: id }),
  actions: all,
  effect: 'deny',
});

/** What each device's user is denied, as the server is told of it. */
class Permits implements SimulatedPermits {
  readonly #change: (line: Permission, isGranted: boolean) => Promise<void>;
  readonly #now = new Set<string>();
  readonly #ever = new Set<string>();
  #done: Promise<unknown> = Promise.resolve();

  constructor(change: (line: Permission, isGranted: boolean) => Promise<void>) {
    this.#change = change;
  }

  set(device: number, entityName: string, id: string | null, isGranted: boolean): void {
    const line = denial(device, entityName, id);
    const place = JSON.stringify([device, entityName, id]);
    if (isGranted) this.#now.delete(place);
    else for (const places of [this.#now, this.#ever]) places.add(place);
    this.#done = this.#change(line, isGranted);
  }

  may(device: number, entityName: string, id: string): boolean {
    return !isIn(this.#now, device, entityName, id);
  }

  wasTaken(device: number, entityName: string, id: string): boolean {
    return isIn(this.#ever, device, entityName, id);
  }

  async giveAll(): Promise<void> {
    for (const place of [...this.#now]) this.set(...(JSON.parse(place) as [number, string, string | null]), true);
    await this.#done;
  }
}

const isIn = (places: ReadonlySet<string>, ...[device, entityName, id]: [number, string, string]): boolean =>
  places.has(JSON.stringify([device, entityName, id])) || places.has(JSON.stringify([device, entityName, null]));

/**
 * The server's own service as the cloud of a run. Each device is somebody of its own. It does one thing after the other,
 * so that a database that takes its time answers in the same order each time.
 */
export class ServerCloud implements SimulatedCloud {
  readonly permits?: SimulatedPermits;
  readonly #o: ServerCloudOptions;
  readonly #service: SyncService;
  readonly #housekeeping: Housekeeping;
  readonly #queue = new SerialQueue();
  readonly #stopCounting: () => void;
  #tidiedAt = 0;
  #writes = 0;

  constructor(options: ServerCloudOptions) {
    const { world, store, tenant, hasPermits, retentionMs: tombstoneRetentionMs } = options;
    // A clock tells whole milliseconds.
    const environment = { now: () => Math.floor(world.time) };
    this.#o = options;
    const permissions = new Permissions({ store, everyone: all });
    if (hasPermits) {
      this.permits = new Permits((line, isGranted) =>
        this.#do(() => permissions[isGranted ? 'revoke' : 'grant'](tenant, line)),
      );
    }
    this.#service = new SyncService({ store, permissions, environment, limits: { page: 20 } });
    this.#housekeeping = new Housekeeping({ store, environment, tombstoneRetentionMs });
    this.#stopCounting = this.#onChange(() => {
      this.#writes += 1;
    });
  }

  async close(): Promise<void> {
    this.#stopCounting();
  }

  /** Whether deletions were forgotten. */
  async hasForgotten(): Promise<boolean> {
    const { store, tenant } = this.#o;
    return (await store.read(tenant, (reader) => reader.head())).horizon.seq > 0;
  }

  get writes(): number {
    return this.#writes;
  }

  connect(requests: Requests, over: Promise<void>, _staleness: unknown, who: SimulatedAsker): unknown {
    const { tenant } = this.#o;
    const principal: Principal = { tenant, userId: `device${who.device}`, groups: [] };
    const ask =
      <Request, Answer>(method: keyof Operations, work: (request: Request) => Promise<Answer>) =>
      (request: Request): Promise<Answer> => {
        const sent = copy(request);
        const apply = (): Promise<Answer> => {
          const answer = this.#do(() => work(copy(sent))).then(copy);
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
    await this.#housekeeping.collect(this.#o.tenant);
  }

  #do<T>(work: () => Promise<T>): Promise<T> {
    return this.#o.world.outside(this.#queue.run(work));
  }

  #onChange(listener: () => void): () => void {
    const { store, tenant } = this.#o;
    return store.onChange((changed) => {
      if (changed === tenant) listener();
    });
  }

  /** As a socket tells it; now and then something is lost on the way. */
  #listen(principal: Principal, listener: ServerListener, over: Promise<void>): Listening {
    const { world } = this.#o;
    let from: WireCursor | null = listener.cursor();
    let isStopped = false;
    let count = 0;
    const tell = async (): Promise<void> => {
      if (isStopped) return;
      const { answer, device } = await this.#do(() => this.#service.hear(principal, { cursor: from }));
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
    const stop = this.#onChange(() => {
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
