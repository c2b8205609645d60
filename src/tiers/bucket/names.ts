/*
 * What the objects are called, below the prefix of the app. All but the head have a nonce in their name, are written
 * once and never changed: whatever they are found to be, they will be. Where objects name each other they leave the
 * prefix out, so that a copy under another prefix is whole.
 */
export const headName = 'head';

/** The metadata at a checkpoint. */
export const indexName = (seq: number, nonce: string): string => `index/${seq}-${nonce}`;

/** The blob of one key, as the checkpoint with that number folded it. */
export const dataName = (entityKey: string, seq: number, nonce: string): string => `data/${entityKey}@${seq}-${nonce}`;

/** One of so many pages of a key. */
export const pageName = (blob: string, count: number, number: number): string => `${blob}.${count}.${number}`;

/** The changes of one commit, named with the number that it was meant to have. */
export const changesName = (seq: number, nonce: string): string => `changes/${seq}-${nonce}`;

export const probeName = (nonce: string): string => `probe/${nonce}`;

/** Left behind by a device that ended while it probed: it says nothing about whether there is data. */
export const isProbe = (name: string): boolean => name.startsWith('probe/');

const numbered = /^(?:index\/|changes\/|data\/.*@)(\d+)-[^@/]+$/s;

/** The number in the name of an immutable object; null: it is none of ours. */
export function seqOf(name: string): number | null {
  const [, seq] = numbered.exec(name) ?? [];
  return seq === undefined ? null : Number(seq);
}

/** What the name of a blob says of it. */
export interface NamedData {
  readonly entityKey: string;
  /** How many pages its key has; 1: it is all of it. */
  readonly count: number;
  readonly number: number;
}

const data = /^data\/(.*)@\d+-[^@/]+?(?:\.(\d+)\.(\d+))?$/s;

/** Null: it is the name of no blob. */
export function readDataName(name: string): NamedData | null {
  const [, entityKey, count = 1, number = 0] = data.exec(name) ?? [];
  return entityKey === undefined ? null : { entityKey, count: Number(count), number: Number(number) };
}
