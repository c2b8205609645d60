import { describe } from './checkName.ts';

/** What makes the random part of ids, where that came from outside: an answer that can be none is refused. */
export function checkedIds(createId: (size: number) => string): (size: number) => string {
  return (size) => {
    const identifier: unknown = createId(size);
    if (typeof identifier === 'string' && /^[\w-]+$/.test(identifier)) return identifier;
    throw new TypeError(`environment.createId must return characters from A-Za-z0-9_-, not ${describe(identifier)}.`);
  };
}
