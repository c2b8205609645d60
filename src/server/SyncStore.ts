import type { Horizon } from '../interfaces/ISharedTier.ts';
import type { NameSummary } from '../interfaces/Metadata.ts';
import type { StoredRecord } from '../interfaces/StoredRecord.ts';
import type { Permission } from './Principal.ts';
import type { Access } from './permissions/Access.ts';

/** The newest version of one id, and what no device has a say in. */
export interface RowDraft {
  readonly entityKey: string;
  readonly record: StoredRecord;
  /** Who sent it; null: the application's own code. */
  readonly device: string | null;
  readonly createdBy: string | null;
  readonly updatedBy: string | null;
  readonly deletedBy: string | null;
  readonly receivedAt: number;
  /** When it is gone by itself; null: never. */
  readonly expiresAt: number | null;
}

/** A row with its place in the history. */
export interface SyncRow extends RowDraft {
  /** Of the commit that brought it. */
  readonly seq: number;
}

/** Where a tenant stands. */
export interface TenantHead {
  /** Which history this is: another one after the data was restored from a copy. */
  readonly lineage: string;
  /** Of the last commit; 0: none yet. */
  readonly seq: number;
  readonly horizon: Horizon;
  /** Counts the changes of its permissions. */
  readonly permissions: number;
}

/** What one commit, or some that follow each other, left behind. */
export interface Commit {
  readonly before: TenantHead;
  readonly head: TenantHead;
  /** Those that were put, by commit. */
  readonly rows: readonly SyncRow[];
}

/** What names a row within its tenant. */
export interface RowName {
  readonly name: string;
  readonly id: string;
}

/** Which rows a question is about. */
export interface Reading {
  readonly access: Access;
  /** Null: all. */
  readonly collections: readonly string[] | null;
}

/** How much one answer holds at most. */
export interface Room {
  readonly rows: number;
  readonly bytes: number;
}

/** Which commits are wanted. */
export interface FeedQuery {
  /** Rows of later commits than this. */
  readonly after: number;
  /** Rows of commits up to this; left out: up to the last. */
  readonly until?: number;
  /** Left out: all. */
  readonly room?: Room;
  readonly reading: Reading;
}

/** Where one row stands among those of many keys: by key, then name, then id. */
export interface RowPlace {
  readonly entityKey: string;
  readonly name: string;
  readonly id: string;
}

/** Which rows of which keys are wanted, page by page. */
export interface KeysQuery {
  readonly keys: readonly string[];
  /** Null: from the beginning. */
  readonly after: RowPlace | null;
  readonly room: Room;
  readonly reading: Reading;
}

/** What the rows of one name in one key sum up to. */
export interface NameSums extends NameSummary {
  readonly entityKey: string;
  readonly name: string;
  /** The highest among them. */
  readonly stamp: number;
}

/**
 * One tenant at one moment. Where there is room for so much, the first row that goes beyond it comes as well, so that it is
 * seen that there is more, and nothing behind that.
 */
export interface TenantReader {
  /** Where it stands. */
  head(): Promise<TenantHead>;
  /** By commit, oldest first. */
  feed(query: FeedQuery): Promise<readonly SyncRow[]>;
  /** By key and name, what the rows of a reading sum up to. */
  sums(reading: Reading): Promise<readonly NameSums[]>;
  /** In one order that never changes. */
  keys(query: KeysQuery): Promise<readonly SyncRow[]>;
  /** Those that are there, in any order. Rejects with `too-large` if it is asked for several that take more bytes than that. */
  find(names: readonly RowName[], bytes?: number): Promise<readonly SyncRow[]>;
  /** Active ones whose time has come. */
  expired(now: number, room: Room): Promise<readonly SyncRow[]>;
  /** All lines. */
  permissions(): Promise<readonly Permission[]>;
}

/** One tenant while nobody else writes to it. What is written is one commit, and happens as a whole or not at all. */
export interface TenantWriter extends TenantReader {
  /** Each takes the place of whatever its name and id had. Answers with the number of the commit. */
  put(rows: readonly RowDraft[]): Promise<number>;
  /** Takes the place of the line about the same subject, items and effect; one without actions goes. */
  setPermission(line: Permission): Promise<void>;
  /** Takes deletions away that came before that time, and raises the horizon above them. Answers how many. */
  dropDeletions(receivedBefore: number): Promise<number>;
  /** Begins another history: every device compares everything once. */
  setLineage(lineage: string): Promise<void>;
}

/** With the commit itself where it is of this process: whoever follows need not read it. Commits may be told in any order. */
export type ChangeListener = (tenant: string, commit?: Commit) => void;

/**
 * Where the server keeps the rows of all tenants. Commits of one tenant are numbered without a gap, and who sees a number
 * sees all that came before it.
 */
export interface SyncStore {
  /** All that the work reads is of one moment. */
  read<T>(tenant: string, work: (tenant: TenantReader) => Promise<T>): Promise<T>;
  /**
   * `about`: the rows that the work looks for, and a promise that it does nothing but find and put rows. So said, it may
   * share the way to the disk with others; it still is a commit of its own.
   */
  write<T>(tenant: string, work: (tenant: TenantWriter) => Promise<T>, about?: readonly RowName[]): Promise<T>;
  /** All that have ever been read or written. */
  tenants(): Promise<readonly string[]>;
  /** Calls back after every commit and change of permissions, of this process or another; a hint. */
  onChange(listener: ChangeListener): () => void;
  close(): Promise<void>;
}
