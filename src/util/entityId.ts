import { describe } from './checkName.ts';

export const globalKey = 'global';

/** An id taken apart. A bare id has no separator and belongs to the logical key `global`. */
export interface EntityIdParts {
  readonly logicalKey: string;
  readonly identifier: string;
  readonly isBare: boolean;
}

export function parseId(id: string, separator: string): EntityIdParts {
  const cut = id.lastIndexOf(separator);
  if (cut < 0) return { logicalKey: globalKey, identifier: id, isBare: true };
  return { logicalKey: id.slice(0, cut), identifier: id.slice(cut + separator.length), isBare: false };
}

export function formatId({ logicalKey, identifier, isBare }: EntityIdParts, separator: string): string {
  const id = isBare ? identifier : logicalKey + separator + identifier;
  const cut = id.lastIndexOf(separator);
  if (isBare ? cut < 0 && logicalKey === globalKey : cut === logicalKey.length) return id;
  throw new TypeError(
    `An identifier must not contain the separator ${separator}, and a bare id belongs to the logical key ` +
      `${globalKey}; got ${describe(identifier)} in ${describe(logicalKey)}.`,
  );
}

/** The logical key of an entity key that begins with that head, which is the prefix and the separator. */
export function logicalKeyOf(entityKey: string, head: string): string {
  if (entityKey.startsWith(head)) return entityKey.slice(head.length);
  throw new TypeError(`An entity key begins with ${describe(head)}; got ${describe(entityKey)}.`);
}
