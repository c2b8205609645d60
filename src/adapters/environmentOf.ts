import { checkedIds } from '../util/checkedIds.ts';

/** What is seen to of what the app brings. */
const shaped: { readonly [member: string]: (call: never) => unknown } = {
  now: (call: () => number) => () => Math.floor(call()),
  createId: checkedIds,
};

/**
 * What the app brings takes the place of the real thing, member by member; it may be an object of a class. Its clock is
 * taken at whole milliseconds: stamps and columns know no fractions.
 */
export function environmentOf<System extends object>(system: System, given: Partial<System> = {}): System {
  const environment: { [member: string]: unknown } = { ...(system as object) };
  for (const member of Object.keys(system)) {
    const own = given[member as keyof System];
    if (typeof own !== 'function') continue;
    const call = own.bind(given);
    environment[member] = shaped[member]?.(call as never) ?? call;
  }
  return environment as System;
}
