/** Misuse of a query is a TypeError that names the place and says what to write there. */
export function check(holds: boolean, place: string, fault: string): asserts holds {
  if (!holds) throw new TypeError(`${place} ${fault}`);
}
