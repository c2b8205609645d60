import type { CloudLinkOptions } from './CloudLinkOptions.ts';

type Scope = Pick<CloudLinkOptions, 'maySync' | 'options'>;

/** Whether a link is about entities of that name. */
export function isSyncedBy({ maySync, options: { collections = [] } }: Scope, entityName: string): boolean {
  return maySync(entityName) && (collections.length === 0 || collections.includes(entityName));
}

type Waiting = Pick<CloudLinkOptions, 'outbox' | 'conflicts'>;

/** How far something that is durable here has got with its cloud. Null: no further. */
export function stateBy(
  link: Scope & Waiting,
  { entityName, id }: { readonly entityName: string; readonly id: string },
  isHeld: () => boolean,
): 'rejected' | 'conflicted' | 'synced' | null {
  const waiting = link.outbox.of(entityName, id);
  if (waiting?.entry.rejected) return 'rejected';
  if (link.conflicts.has(entityName, id)) return 'conflicted';
  const isKnown = link.options.direction === 'push' || isHeld();
  return waiting === undefined && isKnown && isSyncedBy(link, entityName) ? 'synced' : null;
}
