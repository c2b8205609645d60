import { newKeyData } from '../blob/keyData.ts';
import type { EntityKeyData } from '../interfaces/EntityKeyData.ts';
import type { Cursor, Horizon } from '../interfaces/ISharedTier.ts';
import type { MetadataManager } from '../MetadataManager.ts';
import { nothingForgotten } from '../reconcile/Finding.ts';
import { isSame } from '../util/isSame.ts';
import { isCount } from '../util/jsonChecks.ts';
import type { LocalSide } from './guardedLocal.ts';

/** A key that has to be fetched: it is not here yet, or no longer in step with the cloud. */
export interface RemoteKey {
  /** The entity names in it; null: not known. */
  readonly names: readonly string[] | null;
  /** Its highest stamp. */
  readonly stamp: number;
  /** The last commit at which it was in step; null: it never was, in this history. */
  readonly since: number | null;
  /** Permissions of this device have changed since then: what the cloud does not show may have been withdrawn. */
  readonly isWithdrawing?: boolean;
}

export interface LinkStateOptions {
  readonly local: LocalSide;
  readonly metadata: MetadataManager;
  /** The name that this device takes if it has none yet. */
  readonly newDevice: string;
}

const clockNoiseMs = 10_000;

type Fields = { readonly [field: string]: unknown };

/**
 * How far this device has got with its cloud, kept in the local tier. It is stored after the records that it speaks of: after
 * a crash in between, the same changes are looked at twice, which is harmless.
 */
export class LinkState {
  readonly device: string;
  cursor: Cursor | null;
  horizon: Horizon;
  /** Which names were synced when the cursor was set, as `syncedNames` writes them: the cursor says nothing of others. */
  names: string;
  /** Everything that the cloud held at the first look was fetched at some time. */
  isReady: boolean;
  /** The bucket was tried: it does compare before it writes. */
  isProbed: boolean;
  /** Milliseconds that the clock of the cloud was ahead when it was looked at, roughly; null: never known. */
  clockOffset: number | null;
  /** The highest stamp of a deletion that the cloud remembers and this device was never told of. */
  #untold: number;
  readonly #remote = new Map<string, RemoteKey>();
  readonly #local: LocalSide;
  readonly #metadata: MetadataManager;
  /** Counts the changes of `remote`, so that `save` knows whether there is anything to store. */
  #moves = 0;
  #stored: readonly unknown[] = [];

  private constructor({ local, metadata, newDevice }: LinkStateOptions, fields: Fields) {
    this.#local = local;
    this.#metadata = metadata;
    this.device = typeof fields['device'] === 'string' ? fields['device'] : newDevice;
    this.cursor = cursorOf(fields['cursor']);
    this.horizon = horizonOf(fields['horizon']);
    this.#untold = isCount(fields['untold']) ? fields['untold'] : 0;
    this.names = typeof fields['names'] === 'string' ? fields['names'] : '';
    this.isReady = fields['isReady'] === true;
    this.isProbed = fields['isProbed'] === true;
    this.clockOffset = Number.isSafeInteger(fields['clockOffset']) ? (fields['clockOffset'] as number) : null;
    for (const [key, remote] of remoteOf(fields['remote'])) this.markRemote(key, remote);
    metadata.raiseFloor(this.floor);
  }

  /** What was stored; null: this device has never had a cloud. */
  static async find(local: LocalSide): Promise<Fields | null> {
    const note = await local.readNote();
    return note === null ? null : ((note['sync'] ?? {}) as Fields);
  }

  static async open(options: LinkStateOptions): Promise<LinkState> {
    const state = new LinkState(options, (await LinkState.find(options.local)) ?? {});
    await state.save();
    return state;
  }

  /** The state as another tab has stored it, to be read only: that tab goes on writing it. */
  static async view(options: LinkStateOptions): Promise<LinkState> {
    return new LinkState(options, (await LinkState.find(options.local)) ?? {});
  }

  /** Forgets how far it has got, so that everything is compared anew. */
  startOver(): void {
    this.cursor = null;
    this.horizon = nothingForgotten;
    this.#untold = 0;
    this.isProbed = false;
    for (const key of [...this.#remote.keys()]) this.markHeld(key);
  }

  /** New entities must be stamped later than this: then no deletion which this device cannot look up beats them. */
  get floor(): number {
    return Math.max(this.horizon.stamp, this.#untold);
  }

  noteUntold(stamp: number): void {
    this.#untold = Math.max(this.#untold, stamp);
  }

  /** Keeps the offset of the cloud's clock. Small differences are noise, and not worth a write. */
  noteClock(offset: number | null): void {
    if (offset === null || Math.abs(offset - (this.clockOffset ?? 0)) <= clockNoiseMs) return;
    this.clockOffset = Math.round(offset);
  }

  /** The keys of the cloud that are not here, or not in step. */
  get remote(): ReadonlyMap<string, RemoteKey> {
    return this.#remote;
  }

  /** Whether everything that the cloud has of a key is here, as far as it was looked at. */
  isHeld(entityKey: string): boolean {
    return (this.cursor !== null || this.isReady) && !this.#remote.has(entityKey);
  }

  markRemote(entityKey: string, remote: RemoteKey): void {
    if (!isSame(this.#remote.get(entityKey), remote)) this.#moves++;
    this.#remote.set(entityKey, remote);
    this.#metadata.markRemote(entityKey, remote.names, remote.stamp);
  }

  /** A key that was in step until now has to be fetched once more. */
  lookAgain(entityKey: string): void {
    if (this.#remote.has(entityKey)) return;
    this.markRemote(entityKey, { names: null, stamp: 0, since: this.cursor?.seq ?? null });
  }

  /** A key is in step: all that the cloud has of it is here, and its changes are followed from now on. */
  markHeld(entityKey: string): void {
    if (this.#remote.delete(entityKey)) this.#moves++;
    this.#metadata.markHeld(entityKey);
  }

  async save(): Promise<void> {
    const { device, cursor, horizon, names, isReady, isProbed } = this;
    const untold = this.#untold === 0 ? {} : { untold: this.#untold };
    const place = [cursor?.lineage, cursor?.seq, cursor?.nonce, horizon.seq, horizon.stamp, this.#untold];
    const state = [...place, names, isReady, isProbed, this.clockOffset, this.#moves];
    if (isSame(state, this.#stored)) return;
    const clock = this.clockOffset === null ? {} : { clockOffset: this.clockOffset };
    const remote = Object.fromEntries(this.#remote);
    const sync = { device, cursor, horizon, ...untold, names, isReady, isProbed, ...clock, remote };
    await this.#local.writeNote({ ...newKeyData(), sync } as unknown as EntityKeyData);
    this.#stored = state;
  }
}

function cursorOf(stored: unknown): Cursor | null {
  const { lineage, seq, nonce } = Object(stored) as Fields;
  return typeof lineage === 'string' && isCount(seq) && typeof nonce === 'string' ? { lineage, seq, nonce } : null;
}

function horizonOf(stored: unknown): Horizon {
  const { seq, stamp } = Object(stored) as Fields;
  return isCount(seq) && isCount(stamp) ? { seq, stamp } : nothingForgotten;
}

function remoteOf(stored: unknown): Map<string, RemoteKey> {
  const remote = new Map<string, RemoteKey>();
  for (const [key, value] of Object.entries(Object(stored) as Fields)) {
    const { names, stamp, since, isWithdrawing } = Object(value) as Fields;
    remote.set(key, {
      names: Array.isArray(names) ? names.filter((name) => typeof name === 'string') : null,
      stamp: isCount(stamp) ? stamp : 0,
      since: isCount(since) ? since : null,
      ...(isWithdrawing === true ? { isWithdrawing } : {}),
    });
  }
  return remote;
}
