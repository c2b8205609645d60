import type { SentChange } from '../interfaces/ISharedTier.ts';
import type { SentForm } from './sentForm.ts';

export interface Parcel extends SentForm {
  readonly change: SentChange;
}

export interface BatchLimits {
  /** Changes of one push. */
  readonly count: number;
  /** A push is to stay below this, unless what was saved in one step is longer. */
  readonly frameBytes: number;
  /** No push is longer, but one of a single change. */
  readonly bodyBytes: number;
}

/**
 * Divides what is to be sent into pushes, in its order. What was saved in one step has one time: it is divided only where
 * it is too much for one push, so that others see all of it or none.
 */
export function pushBatches(parcels: readonly Parcel[], limits: BatchLimits): Parcel[][] {
  const batches: Parcel[][] = [];
  let batch: Parcel[] = [];
  let bytes = 0;
  /** Where in the batch the last step begins. */
  let begin = 0;
  const end = (at: number): void => {
    const rest = batch.slice(at);
    batches.push(batch.slice(0, at));
    batch = rest;
    bytes = rest.reduce((sum, parcel) => sum + parcel.bytes, 0);
    begin = 0;
  };
  for (const parcel of parcels) {
    const isNewStep = batch.at(-1)?.change.record?.time !== parcel.change.record?.time;
    if (isNewStep) begin = batch.length;
    const isTooMuch = batch.length >= limits.count || bytes + parcel.bytes > limits.bodyBytes;
    if (isTooMuch && begin > 0) end(begin);
    // Without its beginning it may fit, or be a batch of its own.
    const isStillTooMuch = batch.length >= limits.count || bytes + parcel.bytes > limits.bodyBytes;
    const isLong = isNewStep && bytes + parcel.bytes > limits.frameBytes;
    if (batch.length > 0 && (isStillTooMuch || isLong)) end(batch.length);
    batch.push(parcel);
    bytes += parcel.bytes;
  }
  if (batch.length > 0) batches.push(batch);
  return batches;
}
