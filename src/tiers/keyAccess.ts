import type { IPersistence } from '../interfaces/IPersistence.ts';
import { BlobParts } from './BlobParts.ts';
import type { Blobs, BlobsOptions } from './Blobs.ts';
import { KeyDrafts } from './KeyDrafts.ts';
import type { KeyIndex } from './KeyIndex.ts';
import { KeyWrites } from './KeyWrites.ts';
import { PagedBlobs } from './PagedBlobs.ts';

export interface KeyAccessOptions extends BlobsOptions {
  readonly persistence: IPersistence;
  readonly keyPrefix: string;
  readonly isShared: boolean;
  readonly blobs: Blobs;
  readonly index: KeyIndex;
  readonly indexKey: string;
}

export interface KeyAccess {
  readonly drafts: KeyDrafts;
  readonly writes: KeyWrites;
  /** Null: keys are not kept in pages here. */
  readonly pages: PagedBlobs | null;
}

const usualPageRecords = 256;

/** How keys are read and written: in part, where the persistence can; in pages, where it cannot; whole, where others write too. */
export function keyAccess(options: KeyAccessOptions): KeyAccess {
  const { persistence, isShared, blobs, index, indexKey } = options;
  const { pageRecords = usualPageRecords } = persistence;
  const onLost = (key: string): void => void index.suspects.add(key);
  // What others may have changed behind the index is looked at whole.
  const parts = isShared ? null : BlobParts.over(persistence);
  const pages = isShared || parts !== null ? null : new PagedBlobs(blobs, { ...options, pageRecords, onLost });
  const held = { blobs, parts, pages, index, indexKey };
  return { drafts: new KeyDrafts(held), writes: new KeyWrites(held), pages };
}
