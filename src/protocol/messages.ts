import type { Difference } from '../interfaces/IDiffCalculator.ts';
import type { Horizon } from '../interfaces/ISharedTier.ts';
import type { Metadata } from '../interfaces/Metadata.ts';
import type { Refusal } from '../interfaces/OutboxEntry.ts';
import type { WireChange } from './wireChange.ts';

/** A place in the history of a tenant, as one principal sees it: with other permissions it is another view. */
export interface WireCursor {
  readonly lineage: string;
  readonly view: string;
  readonly seq: number;
}

/** Every answer tells the time of the server. */
interface Answer {
  readonly now: number;
}

export interface PullRequest {
  /** Null: this device knows nothing yet. */
  readonly cursor: WireCursor | null;
  /** Left out or empty: all that may be read. */
  readonly collections?: readonly string[];
  readonly limit?: number;
}

export interface PullAnswer extends Answer {
  /** After these changes. */
  readonly cursor: WireCursor;
  /** Other than `since`: no changes are given; compare with the metadata, load the keys that differ, then pull again. */
  readonly reach: 'since' | 'behind' | 'first';
  /** In order, and only whole commits. */
  readonly changes: readonly WireChange[];
  readonly hasMore: boolean;
  readonly horizon: Horizon;
}

export interface MetadataRequest {
  readonly collections?: readonly string[];
}

export interface MetadataAnswer extends Answer {
  readonly cursor: WireCursor;
  readonly metadata: Metadata;
}

export interface KeysRequest {
  readonly keys: readonly string[];
  readonly collections?: readonly string[];
  /** From the answer before. */
  readonly after?: string;
  readonly limit?: number;
}

export interface KeysAnswer extends Answer {
  /** Tells whose view it is of, and that this is still the one. */
  readonly cursor: WireCursor;
  readonly changes: readonly WireChange[];
  /** Null: that is all. */
  readonly next: string | null;
}

/** What changed in a record whose version with the hash `base` the server is known to hold. */
export interface WireDelta {
  readonly key: string;
  readonly name: string;
  readonly id: string;
  readonly base: number;
  readonly difference: Difference;
  /** Of the record that results: what does not come out so is sent whole. */
  readonly hash: number;
}

export interface PushRequest {
  /** What this device has seen; an edit of something that others have changed since is `stale`. */
  readonly since: WireCursor | null;
  /** Tells this device's own changes from others'; it proves nothing. */
  readonly device: string;
  readonly changes: readonly (WireChange | WireDelta)[];
}

export type WireResult =
  | 'applied'
  | { readonly superseded: WireChange }
  | { readonly rejected: Refusal }
  /** The delta does not fit what the server holds; nothing of this push was taken, send the record whole. */
  | 'base-unknown';

export type PushAnswer = Answer &
  (
    | {
        readonly results: readonly WireResult[];
        /** After this push, if nothing that others did lies between it and `since`; else null. */
        readonly cursor: WireCursor | null;
      }
    /** Others have changed one of these since; nothing was taken, look again. */
    | { readonly stale: true }
  );

/** What a server says without being asked. */
export type ServerEvent =
  /** All that this socket may see and subscribed to, after `after`; own changes are left out. */
  | {
      readonly type: 'changes';
      readonly after: number;
      readonly cursor: WireCursor;
      readonly changes: readonly WireChange[];
    }
  /** There is something new, or the view is another one: pull. */
  | { readonly type: 'poke' };

/** How a refusal travels. */
export interface WireError {
  readonly error: {
    readonly code: string;
    readonly message: string;
    readonly retryAfterMs?: number;
  };
}

/** The operations that a device asks of a server. */
export interface Operations {
  pull(request: PullRequest): Promise<PullAnswer>;
  metadata(request: MetadataRequest): Promise<MetadataAnswer>;
  keys(request: KeysRequest): Promise<KeysAnswer>;
  push(request: PushRequest): Promise<PushAnswer>;
}
