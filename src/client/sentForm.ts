import type { SentChange } from '../interfaces/ISharedTier.ts';
import type { WireDelta } from '../protocol/messages.ts';
import { toWire, type WireChange } from '../protocol/wireChange.ts';
import { diffCalculator } from '../reconcile/diffCalculator.ts';

/** A change on its way, and how long it is. */
export interface SentForm {
  readonly wire: WireChange | WireDelta;
  readonly bytes: number;
}

const encoder = new TextEncoder();

const formOf = (wire: WireChange | WireDelta): SentForm => ({
  wire,
  bytes: encoder.encode(JSON.stringify(wire)).length,
});

/** Only what changed, where the server is known to hold the version before, and where that is shorter. */
export function sentForm(change: SentChange): SentForm {
  const whole = wholeForm(change);
  const delta = deltaOf(change);
  if (delta === null) return whole;
  const short = formOf(delta);
  return short.bytes < whole.bytes ? short : whole;
}

export const wholeForm = (change: SentChange): SentForm => formOf(toWire(change));

function deltaOf({ entityKey, entityName, id, record, base }: SentChange): WireDelta | null {
  if (!record?.value || !base?.value) return null;
  const difference = diffCalculator.diff(base.value, record.value);
  return { key: entityKey, name: entityName, id, base: base.hash, difference, hash: record.hash };
}
