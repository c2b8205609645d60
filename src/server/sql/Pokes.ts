import type { Environment } from '../../interfaces/Environment.ts';
import type { SyncDatabase } from '../database/SyncDatabase.ts';

export interface PokesOptions {
  readonly database: SyncDatabase;
  readonly environment: Pick<Environment, 'setTimer' | 'clearTimer' | 'createId'>;
  /** Tells every listener of this process. */
  readonly onPoke: (tenant: string) => void;
  /** Listening begins: what was notified before was not heard. */
  readonly onListen: () => void;
}

const channel = 'tiersync';
/** Short for whoever waits, long enough that a hundred writes in a row are one word. */
const quietMs = 10;

/** Tells the other processes on one database that a tenant has changed, and hears it from them. Only hints: any may be lost. */
export class Pokes {
  readonly #o: PokesOptions;
  readonly #self: string;
  readonly #waiting = new Set<string>();
  #timer: unknown = null;
  #listening: Promise<() => Promise<void>> | null = null;

  constructor(options: PokesOptions) {
    this.#o = options;
    this.#self = options.environment.createId(12);
  }

  send(tenant: string): void {
    this.#waiting.add(tenant);
    this.#timer ??= this.#o.environment.setTimer(() => void this.#sendAll(), quietMs);
  }

  listen(): void {
    if (this.#listening !== null) return;
    const { database, onListen } = this.#o;
    this.#listening = database.listen(channel, (payload) => this.#hear(payload), onListen);
    // The next one who asks to listen tries again; until then looking now and then has to do.
    this.#listening.catch(() => {
      this.#listening = null;
    });
  }

  async close(): Promise<void> {
    await this.#sendAll();
    const stop = await this.#listening?.catch(() => null);
    await stop?.();
  }

  async #sendAll(): Promise<void> {
    this.#o.environment.clearTimer(this.#timer);
    this.#timer = null;
    const tenants = [...this.#waiting];
    this.#waiting.clear();
    if (tenants.length === 0) return;
    const payloads = JSON.stringify(tenants.map((tenant) => JSON.stringify([this.#self, tenant])));
    const text = 'select pg_notify($1, payload) from jsonb_array_elements_text($2::text::jsonb) as payload';
    // Lost: others find out by looking.
    await this.#o.database.query(text, [channel, payloads]).catch(() => {});
  }

  #hear(payload: string): void {
    const [from, tenant] = parsed(payload);
    if (typeof tenant === 'string' && from !== this.#self) this.#o.onPoke(tenant);
  }
}

/** Anybody may write to the channel. */
function parsed(payload: string): readonly unknown[] {
  try {
    const list: unknown = JSON.parse(payload);
    return Array.isArray(list) ? list : [];
  } catch {
    return [];
  }
}
