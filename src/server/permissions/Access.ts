import type { Permission, PermissionAction } from '../Principal.ts';

/** The items that some lines speak of. */
export interface ItemSet {
  readonly all: boolean;
  readonly collections: ReadonlySet<string>;
  /** By collection. */
  readonly items: ReadonlyMap<string, ReadonlySet<string>>;
}

/** Where somebody may do one thing. */
export interface Access {
  readonly allowed: ItemSet;
  readonly denied: ItemSet;
}

const nothing: ItemSet = { all: false, collections: new Set(), items: new Map() };

/** Of the application's own code. */
export const everywhere: Access = { allowed: { ...nothing, all: true }, denied: nothing };

/** The lines must concern whoever asks. */
export function accessOf(lines: readonly Permission[], action: PermissionAction): Access {
  return {
    // Who administers something may do everything with it.
    allowed: itemsOf(lines.filter((l) => l.effect !== 'deny' && has(l, action, 'admin'))),
    denied: itemsOf(lines.filter((l) => l.effect === 'deny' && has(l, action))),
  };
}

/** Without an id: whether the collection as a whole may be treated so. */
export const permits = ({ allowed, denied }: Access, collection: string, itemId?: string): boolean =>
  covers(allowed, collection, itemId) && !covers(denied, collection, itemId);

/** Whether there is nothing that it does not permit. */
export const isEverything = ({ allowed, denied }: Access): boolean =>
  allowed.all && !denied.all && denied.collections.size === 0 && denied.items.size === 0;

const has = (line: Permission, ...actions: readonly PermissionAction[]): boolean =>
  actions.some((action) => line.actions.includes(action));

const covers = ({ all, collections, items }: ItemSet, collection: string, itemId: string | undefined): boolean =>
  all || collections.has(collection) || (itemId !== undefined && items.get(collection)?.has(itemId) === true);

function itemsOf(lines: readonly Permission[]): ItemSet {
  const collections = new Set<string>();
  const items = new Map<string, Set<string>>();
  let all = false;
  for (const { collection, itemId } of lines) {
    if (itemId !== undefined) items.set(collection, (items.get(collection) ?? new Set()).add(itemId));
    else if (collection === '*') all = true;
    else collections.add(collection);
  }
  return { all, collections, items };
}
