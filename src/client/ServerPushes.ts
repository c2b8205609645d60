import { TierSyncError } from '../errors.ts';
import type { SentChange } from '../interfaces/ISharedTier.ts';
import type { ApplyResult } from '../interfaces/ITier.ts';
import type { WireCursor, WireResult } from '../protocol/messages.ts';
import { fromWire } from '../protocol/wireChange.ts';
import { compareRecords } from '../reconcile/compareRecords.ts';
import { type BatchLimits, type Parcel, pushBatches } from './pushBatches.ts';
import type { ServerCalls } from './ServerCalls.ts';
import { sentForm, wholeForm } from './sentForm.ts';
import { refusalOf } from './serverRefusal.ts';

export interface ServerPushesOptions {
  readonly calls: Pick<ServerCalls, 'push'>;
  readonly device: string;
  readonly limits: BatchLimits;
}

export interface Pushed {
  readonly results: readonly ApplyResult[];
  /** After these changes, or the one before them where others' changes lie between. */
  readonly cursor: WireCursor | null;
}

const applied: ApplyResult = Object.freeze({ outcome: 'applied' });

/** Sends changes, in as few pushes as the limits allow. Sending the same again is harmless. */
export class ServerPushes {
  readonly #o: ServerPushesOptions;

  constructor(options: ServerPushesOptions) {
    this.#o = options;
  }

  async send(changes: readonly SentChange[], since: WireCursor | null): Promise<Pushed | 'stale'> {
    const parcels = changes.map((change): Parcel => ({ change, ...sentForm(change) }));
    const results: ApplyResult[] = [];
    let cursor = since;
    for (const batch of pushBatches(parcels, this.#o.limits)) {
      const pushed = await this.#push(batch, cursor);
      if (pushed === 'stale') return 'stale';
      results.push(...pushed.results);
      cursor = pushed.cursor;
    }
    return { results, cursor };
  }

  async #push(batch: readonly Parcel[], since: WireCursor | null): Promise<Pushed | 'stale'> {
    const { calls, device } = this.#o;
    try {
      const answer = await calls.push({ since, device, changes: batch.map(({ wire }) => wire) });
      if ('stale' in answer) return 'stale';
      if (answer.results.includes('base-unknown')) return await this.#pushWhole(batch, since);
      const results = answer.results.map((result, i) => resultOf(result, (batch[i] as Parcel).change));
      return { results, cursor: answer.cursor ?? since };
    } catch (error) {
      if (error instanceof TierSyncError && error.code === 'too-large') return this.#pushLess(batch, since, error);
      throw error;
    }
  }

  #pushWhole(batch: readonly Parcel[], since: WireCursor | null): Promise<Pushed | 'stale'> {
    if (!batch.some(({ wire }) => 'difference' in wire)) {
      throw new TierSyncError('cloud-unreadable', 'the server does not take records that were sent whole');
    }
    return this.#push(
      batch.map(({ change }) => ({ change, ...wholeForm(change) })),
      since,
    );
  }

  /** This server takes less at once than others do. */
  async #pushLess(
    batch: readonly Parcel[],
    since: WireCursor | null,
    { message }: TierSyncError,
  ): Promise<Pushed | 'stale'> {
    if (batch.length === 1) {
      return { results: [{ outcome: 'rejected', code: 'too-large', reason: message }], cursor: since };
    }
    const middle = Math.ceil(batch.length / 2);
    const first = await this.#push(batch.slice(0, middle), since);
    if (first === 'stale') return 'stale';
    const second = await this.#push(batch.slice(middle), first.cursor);
    return second === 'stale' ? 'stale' : { ...second, results: [...first.results, ...second.results] };
  }
}

function resultOf(result: WireResult, sent: SentChange): ApplyResult {
  if (typeof result === 'string') return applied;
  if ('rejected' in result) return { outcome: 'rejected', ...refusalOf(result.rejected) };
  const { entityName, id, record } = fromWire('the server', result.superseded);
  if (record === null || entityName !== sent.entityName || id !== sent.id) {
    throw new TierSyncError('cloud-unreadable', `the server answered with ${entityName} ${id} to ${sent.id}`);
  }
  const order = sent.record === null ? 1 : compareRecords(record, sent.record);
  // Equal: our own, sent before without a reply.
  if (order >= 0) return order === 0 ? applied : { outcome: 'superseded', record };
  // Sent again and again it would never be taken, so somebody has to see it.
  const reason = 'the server keeps a version that is earlier than the one sent';
  return { outcome: 'rejected', code: 'validation', reason };
}
