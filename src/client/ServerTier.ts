import { TierSyncError } from '../errors.ts';
import type { Environment } from '../interfaces/Environment.ts';
import type {
  Committed,
  Cursor,
  Horizon,
  ISharedTier,
  Look,
  LookOptions,
  SentChange,
} from '../interfaces/ISharedTier.ts';
import type { ApplyResult, Change } from '../interfaces/ITier.ts';
import type { Metadata } from '../interfaces/Metadata.ts';
import type { Meter } from '../interfaces/Meter.ts';
import type { StoredRecord } from '../interfaces/StoredRecord.ts';
import type { ServerEvent, WireCursor } from '../protocol/messages.ts';
import { fromWire } from '../protocol/wireChange.ts';
import { Heard } from './Heard.ts';
import { KeyReads } from './KeyReads.ts';
import type { BatchLimits } from './pushBatches.ts';
import { ServerCalls } from './ServerCalls.ts';
import { ServerPushes } from './ServerPushes.ts';
import type { Listening, ServerTransport } from './ServerTransport.ts';
import { cursorOf, wireOf } from './serverCursor.ts';

export interface ServerTierOptions {
  readonly transport: ServerTransport;
  readonly device: string;
  /** Empty: all that may be read. */
  readonly collections: readonly string[];
  readonly limits: BatchLimits;
  readonly environment: Pick<Environment, 'now'>;
}

const applyTries = 16;

/** A tiersync server as a cloud: it keeps the history, and shows what this device may see of it. */
export class ServerTier implements ISharedTier {
  readonly #o: ServerTierOptions;
  readonly #calls: ServerCalls;
  readonly #pushes: ServerPushes;
  readonly #reads: KeyReads;
  readonly #heard = new Heard();
  #listening: Listening | null = null;
  /** Of the latest look, and ahead of it by our own commits. */
  #moment: WireCursor | null = null;
  /** As of the latest pull. Null: what was heard is not enough to answer a look, and it has to be asked for. */
  #horizon: Horizon | null = null;
  #isPoked = false;

  readonly watch?: (onPoke: () => void) => () => void;

  constructor(options: ServerTierOptions) {
    const { transport } = options;
    this.#o = options;
    this.#calls = new ServerCalls({ ...options, operations: transport });
    this.#pushes = new ServerPushes({ ...options, calls: this.#calls });
    this.#reads = new KeyReads(async (keys) => this.#calls.keys(keys, await this.#seen()));
    if (transport.listen !== undefined) this.watch = (onPoke) => this.#listen(onPoke);
  }

  get clockOffset(): number | null {
    return this.#calls.clockOffset;
  }

  get meter(): Readonly<Meter> {
    return this.#o.transport.meter;
  }

  async changesSince(cursor: Cursor | null, { isFresh = false }: LookOptions = {}): Promise<Look> {
    const from = wireOf(cursor);
    return (isFresh ? null : this.#lookAtHeard(from)) ?? this.#pull(from);
  }

  /** Where all answers came too late to tell the time by, another one does: the server refuses what is of the future. */
  async prepare(): Promise<void> {
    if (this.clockOffset === null) await this.#calls.pull(this.#moment);
    if (this.clockOffset !== null) return;
    throw new TierSyncError('unavailable', 'the server answers too slowly to compare the clocks; it is tried again');
  }

  async readMetadata(): Promise<Metadata> {
    return this.#calls.metadata(await this.#seen());
  }

  readKey(entityKey: string): Promise<readonly StoredRecord[]> {
    return this.#reads.read(entityKey);
  }

  async commit(changes: readonly SentChange[], since: Cursor | null): Promise<Committed | 'stale'> {
    const from = wireOf(since);
    // Until it is known what came of it, what was heard may leave out our own changes.
    const horizon = this.#horizon;
    this.#horizon = null;
    const pushed = await this.#pushes.send(changes, from);
    if (pushed === 'stale') return 'stale';
    this.#horizon = horizon;
    const { results } = pushed;
    const cursor = pushed.cursor ?? (await this.#seen());
    this.#moment = cursor;
    return { cursor: cursorOf(cursor), results };
  }

  /** Merges, whatever others write meanwhile: the one order decides, so nothing has to be decided anew. */
  async apply(changes: readonly Change[]): Promise<readonly ApplyResult[]> {
    for (let tries = 0; tries < applyTries; tries++) {
      const { cursor } = await this.#pull(this.#moment);
      const committed = await this.commit(changes, cursor);
      if (committed !== 'stale') return committed.results;
    }
    throw new TierSyncError('unavailable', 'others wrote to this server all the time; try again later');
  }

  /** What is awaited is given up. The same tier may be attached again. */
  async close(): Promise<void> {
    this.#listening?.stop();
    this.#listening = null;
    this.#heard.clear();
    this.#horizon = null;
    await this.#o.transport.close();
  }

  #lookAtHeard(from: WireCursor | null): Look | null {
    const horizon = this.#horizon;
    if (from === null || horizon === null || this.#isPoked) return null;
    const heard = this.#heard.since(from);
    if (heard === null) return null;
    const changes = heard.changes.map((change) => fromWire('the server', change));
    this.#moment = heard.cursor;
    return { cursor: cursorOf(heard.cursor), reach: 'since', changes, horizon };
  }

  async #pull(from: WireCursor | null): Promise<Look> {
    const wasPoked = this.#isPoked;
    this.#isPoked = false;
    const { cursor, reach, changes, horizon } = await this.#calls.pull(from).catch((error: unknown) => {
      this.#isPoked ||= wasPoked;
      throw error;
    });
    this.#moment = cursor;
    this.#horizon = horizon;
    if (wasPoked) this.#listening?.resume();
    // In the same history, only another view leads away from a place that is not forgotten.
    const isWithdrawing = reach === 'behind' && from !== null && from.view !== cursor.view;
    return { cursor: cursorOf(cursor), reach, changes, horizon, ...(isWithdrawing ? { isWithdrawing } : {}) };
  }

  /** What index and keys have to be of. */
  async #seen(): Promise<WireCursor> {
    if (this.#moment === null) await this.#pull(null);
    return this.#moment as unknown as WireCursor;
  }

  #listen(onPoke: () => void): () => void {
    const { transport, device, collections } = this.#o;
    const listening = transport.listen!({
      device,
      collections,
      cursor: () => this.#moment,
      onEvent: (event) => {
        this.#hear(event);
        onPoke();
      },
    });
    this.#listening = listening;
    return () => {
      if (this.#listening === listening) this.#listening = null;
      this.#heard.clear();
      listening.stop();
    };
  }

  #hear(event: ServerEvent): void {
    if (event.type === 'changes') this.#heard.add(event);
    else this.#isPoked = true;
  }
}
