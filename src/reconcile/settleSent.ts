import type { KeyDraft } from '../blob/KeyDraft.ts';
import type { ApplyResult } from '../interfaces/ITier.ts';
import type { Finding, LinkRules } from './Finding.ts';
import { meetRemote } from './meetRemote.ts';
import type { Outgoing } from './takePending.ts';

/** The answer of the cloud to something that was sent. What was edited again meanwhile stays to be sent. */
export function settleSent(draft: KeyDraft, sent: Outgoing, result: ApplyResult, rules: LinkRules): Finding | null {
  const { entityName, id, record } = sent;
  if (result.outcome === 'superseded') return meetRemote(draft, entityName, id, [result.record], rules, 'told');
  const entry = draft.entry(entityName, id);
  const current = draft.record(entityName, id);
  if (entry === undefined || current === undefined) return null;
  const isLatest = current.hash === record.hash;
  if (result.outcome === 'rejected') {
    const { code, reason } = result;
    // What was never there, nor ever sent, is gone, whoever may say so: there is nothing to decide.
    const isGone = current.isDeleted && entry.base === null && entry.sent.length === 1;
    if (isLatest && isGone) draft.setEntry(entityName, id, null);
    else if (isLatest) draft.setEntry(entityName, id, { ...entry, rejected: { code, reason } });
    return null;
  }
  draft.setEntry(entityName, id, isLatest ? null : { ...entry, base: record });
  return null;
}
