import type { Environment } from '../../interfaces/Environment.ts';
import type { SyncDatabase } from '../database/SyncDatabase.ts';
import type { TenantHead } from '../SyncStore.ts';

export interface LookoutOptions {
  readonly database: SyncDatabase;
  readonly environment: Pick<Environment, 'setTimer' | 'clearTimer'>;
  readonly everyMs: number;
  readonly onChange: (tenant: string) => void;
}

/** Looks now and then which tenants have changed: the net under the hints that get lost. */
export class Lookout {
  readonly #o: LookoutOptions;
  /** Where each tenant that matters to this process stood when its listeners last had reason to look. */
  readonly #seen = new Map<string, string>();
  #timer: unknown = null;
  #isOpen = false;
  #looking: Promise<void> = Promise.resolve();

  constructor(options: LookoutOptions) {
    this.#o = options;
  }

  start(): void {
    if (this.#isOpen) return;
    this.#isOpen = true;
    this.#wait();
  }

  /** Somebody asks for a tenant: from here on its changes matter. */
  noteAsked(tenant: string, head: TenantHead): void {
    if (!this.#seen.has(tenant)) this.#seen.set(tenant, placeOf(head));
  }

  /** The listeners have been told of this. */
  noteTold(tenant: string, head: TenantHead): void {
    this.#seen.set(tenant, placeOf(head));
  }

  /** One look, at once. */
  look(): Promise<void> {
    this.#looking = this.#looking.then(() => this.#look());
    return this.#looking;
  }

  async close(): Promise<void> {
    this.#isOpen = false;
    this.#o.environment.clearTimer(this.#timer);
    await this.#looking;
  }

  #wait(): void {
    const { environment, everyMs } = this.#o;
    this.#timer = environment.setTimer(() => {
      void this.look().then(() => {
        if (this.#isOpen) this.#wait();
      });
    }, everyMs);
  }

  async #look(): Promise<void> {
    const tenants = [...this.#seen.keys()];
    if (tenants.length === 0) return;
    try {
      for (const { tenant, place } of await placesOf(this.#o.database, tenants)) {
        if (this.#seen.get(tenant) === place) continue;
        this.#seen.set(tenant, place);
        this.#o.onChange(tenant);
      }
    } catch {
      // The database is away; the next look finds what this one missed.
    }
  }
}

const placeOf = ({ lineage, seq, permissions }: TenantHead): string => `${lineage}/${seq}/${permissions}`;

interface TenantPlace {
  readonly tenant: string;
  readonly place: string;
}

function placesOf(database: SyncDatabase, tenants: readonly string[]): Promise<readonly TenantPlace[]> {
  return database.tx(async (session) => {
    await session.query("select set_config('tiersync.housekeeping', 'on', true)");
    const rows = await session.query(
      `select tenant, lineage || '/' || seq || '/' || permissions as place from tiersync.tenant
        where tenant in (select jsonb_array_elements_text($1::text::jsonb))`,
      [JSON.stringify(tenants)],
    );
    return rows as unknown as readonly TenantPlace[];
  });
}
