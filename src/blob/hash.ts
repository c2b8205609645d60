/**
 * A hash has 52 bits: two lanes of 26, high lane first, in one safe integer. The hash of a set is the sum of its
 * members' hashes, lane by lane modulo 2^26, so it does not depend on order and one change costs one subtraction and
 * one addition. Whoever has the records can compute it, also a database in SQL.
 */
const LANE = 0x4000000;
const MASK = LANE - 1;

/** Not for secrets: it finds differences, it does not resist somebody who looks for equal sums. */
export function hashText(text: string): number {
  let a = 0xdeadbeef ^ text.length;
  let b = 0x41c6ce57;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    a = Math.imul(a ^ unit, 0x9e3779b1);
    b = Math.imul(b ^ unit, 0x5f356495);
  }
  a = Math.imul(a ^ (a >>> 16), 0x85ebca6b) ^ Math.imul(b ^ (b >>> 13), 0xc2b2ae35);
  b = Math.imul(b ^ (b >>> 16), 0x85ebca6b) ^ Math.imul(a ^ (a >>> 13), 0xc2b2ae35);
  return ((a >>> 4) & MASK) * LANE + ((b >>> 3) & MASK);
}

export const addHash = (a: number, b: number): number => {
  const low = (a & MASK) + (b & MASK);
  const high = Math.floor(a / LANE) + Math.floor(b / LANE);
  return (high & MASK) * LANE + (low & MASK);
};

export const subtractHash = (a: number, b: number): number => {
  const low = (a & MASK) - (b & MASK);
  const high = Math.floor(a / LANE) - Math.floor(b / LANE);
  return (high & MASK) * LANE + (low & MASK);
};

/** Names and ids hold no control characters, so the parts cannot run into each other. */
export const hashActive = (entityName: string, id: string, text: string): number =>
  hashText(`${entityName}\u0000${id}\u0000${text}`);

export const hashTombstone = (entityName: string, id: string, deletedAt: string): number =>
  hashText(`${entityName}\u0000${id}\u0001${deletedAt}`);
