import type { KeyDraft } from '../blob/KeyDraft.ts';
import type { ApplyResult } from '../interfaces/ITier.ts';
import type { Finding, LinkRules } from './Finding.ts';
import { meetRemote } from './meetRemote.ts';
import type { Outgoing } from './takePending.ts';

/** Applies the answer of the cloud to a change that was sent. If it was edited again meanwhile, the new edit stays to be sent. */
export function settleSent(draft: KeyDraft, sent: Outgoing, result: ApplyResult, rules: LinkRules): Finding | null {
  const { entityName, id, record } = sent;
  if (result.outcome === 'superseded') return meetRemote(draft, entityName, id, [result.record], rules, 'told');
  const entry = draft.entry(entityName, id);
  const current = draft.record(entityName, id);
  if (entry === undefined || current === undefined) return null;
  const isLatest = current.hash === record.hash;
  if (result.outcome === 'rejected') {
    const { code, reason } = result;
    // The deletion of something that the cloud never had was refused. It is gone either way, so nobody has to decide.
    const isGone = current.isDeleted && entry.base === null && entry.sent.length === 1;
    if (isLatest && isGone) draft.setEntry(entityName, id, null);
    else if (isLatest) draft.setEntry(entityName, id, { ...entry, rejected: { code, reason } });
    return null;
  }
  draft.setEntry(entityName, id, isLatest ? null : { ...entry, base: record });
  return null;
}
