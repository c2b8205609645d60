import type { LinkRules } from '../reconcile/Finding.ts';
import { ConflictJournal } from '../sync/ConflictJournal.ts';
import { linkRules } from '../sync/linkRules.ts';
import type { StateView } from '../sync/StateView.ts';
import { type AttachOptions, linkOptions } from './linkOptions.ts';

/**
 * How edits arrive while no cloud is attached. On a device that has one, what was not sent stays to be sent; on one that
 * never had any (null), nothing is noted, but what tabs edit at the same time meets all the same.
 */
export async function rulesWithoutCloud(view: StateView | null, parts: AttachOptions): Promise<LinkRules> {
  await parts.local.tier.readWaiting();
  const { maySync, ...rules } = linkOptions({}, parts);
  return linkRules({
    ...rules,
    isSynced: (entityName) => view !== null && maySync(entityName),
    isHeld: (key) => view?.isHeld(key) === true,
    isSettled: () => false,
    lookAgain: () => {},
  });
}

/** Where there is a cloud, its link does that. */
export function tellConflicts(parts: AttachOptions): () => void {
  const journal = new ConflictJournal(linkOptions({}, parts));
  return parts.local.conflicts.onChange((found) => {
    for (const stored of found) parts.events.emit({ type: 'conflict', conflict: journal.show(stored) });
  });
}
