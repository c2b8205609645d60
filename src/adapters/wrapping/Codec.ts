import type { Layer } from './wrapOrder.ts';

/** Where to list for a prefix, and what that is called which is found there; null: it is none of ours. */
export interface Listing {
  readonly prefix: string;
  nameOf(place: string): Promise<string | null>;
}

/** What a wrapper makes of objects and of their names. */
export interface Codec {
  readonly layer: Layer;
  /** What was not written through such a wrapper is taken as it is. */
  readonly takesPlain: boolean;
  /** Under which name an object stands; null: there can be none yet. */
  find(name: string): Promise<string | null>;
  /** The same for one that is about to be written. */
  claim(name: string): Promise<string>;
  /** Null: there can be none yet. */
  listing(prefix: string): Promise<Listing | null>;
  encode(name: string, bytes: Uint8Array): Promise<Uint8Array>;
  decode(name: string, bytes: Uint8Array): Promise<Uint8Array>;
  /** How much an object holds that takes so many bytes; an estimate where only its bytes could tell. */
  sizeOf(stored: number): number;
  /** Does what is done once, so that it is not done while somebody holds a lock that it needs. */
  prepare(): Promise<void>;
}
