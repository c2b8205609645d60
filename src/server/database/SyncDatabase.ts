/** A row as it comes back; the statements name what is in it. */
export type SqlRow = { readonly [column: string]: unknown };

/** Runs one statement after the other, in the order in which they were asked; `$1` stands for the first parameter. */
export interface SqlSession {
  query(text: string, params?: readonly unknown[]): Promise<readonly SqlRow[]>;
}

/** What a transaction is for. */
export interface TransactionOptions {
  /** Reads only, and all of it as one moment. */
  readonly isSnapshot?: boolean;
}

/** What the server uses of a PostgreSQL, whichever client speaks to it. */
export interface SyncDatabase extends SqlSession {
  /**
   * Everything that the work does happens, or nothing if it rejects. A statement whose answer it does not wait for comes
   * before the commit all the same, which does nothing after one that failed.
   */
  tx<T>(work: (session: SqlSession) => Promise<T>, options?: TransactionOptions): Promise<T>;
  /**
   * Hears what is notified on a channel, for as long as the database is open: a connection that broke is made anew.
   * `onListen` is called whenever listening begins, so that what was missed can be looked up.
   */
  listen(channel: string, onMessage: (payload: string) => void, onListen: () => void): Promise<() => Promise<void>>;
  /** What was begun ends first. */
  close(): Promise<void>;
}

export const snapshotMode = 'isolation level repeatable read read only';
