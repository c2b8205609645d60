import type { StoredRecord } from '../../interfaces/StoredRecord.ts';
import type { WireResult } from '../../protocol/messages.ts';
import type { Judgement, Pushed } from './judge.ts';

/** What becomes of a push as a whole: the results, and the records to be written. */
export interface Settled {
  readonly results: readonly WireResult[];
  readonly taken: readonly { readonly entityKey: string; readonly record: StoredRecord }[];
}

/** Puts the judgements of all changes together: all of them happen, or none. */
export function settle(pushed: readonly Pushed[], judgements: readonly Judgement[]): Settled | 'stale' {
  if (judgements.some(({ kind }) => kind === 'stale')) return 'stale';
  if (judgements.some(({ kind }) => kind === 'base-unknown')) {
    return { results: pushed.map(() => 'base-unknown'), taken: [] };
  }
  const results: WireResult[] = [];
  const taken: Settled['taken'][number][] = [];
  for (const [n, judgement] of judgements.entries()) {
    const { entityKey, name } = pushed[n] as Pushed;
    const refusal =
      judgement.kind === 'take' && judgement.record.isDeleted ? refusedHalf(name, pushed, judgements) : null;
    if (judgement.kind === 'answer') results.push(judgement.result);
    else if (refusal !== null) results.push(refusal);
    else if (judgement.kind === 'take') {
      results.push('applied');
      taken.push({ entityKey, record: judgement.record });
    }
  }
  return { results, taken };
}

/** Where something of the same name was refused, a deletion may be the other half of its move: it waits, for the same reason. */
function refusedHalf(
  name: string,
  pushed: readonly Pushed[],
  judgements: readonly Judgement[],
): Extract<WireResult, object> | null {
  for (const [n, judgement] of judgements.entries()) {
    const each = pushed[n] as Pushed;
    const isDeletion = 'record' in each && each.record.isDeleted;
    if (isDeletion || each.name !== name || judgement.kind !== 'answer') continue;
    const { result } = judgement;
    if (typeof result === 'object' && 'rejected' in result) return result;
  }
  return null;
}
