import { TierSyncError } from '../../errors.ts';
import type { SqlSession, SyncDatabase, TransactionOptions } from '../database/SyncDatabase.ts';

/** What the work throws comes through as it is; what the database says is told without its words, which may hold data. */
export async function transact<T>(
  database: SyncDatabase,
  options: TransactionOptions,
  work: (session: SqlSession) => Promise<T>,
): Promise<T> {
  let failure: { readonly error: unknown } | null = null;
  try {
    return await database.tx(async (session) => {
      try {
        return await work(guarded(session));
      } catch (error) {
        failure = { error };
        throw error;
      }
    }, options);
  } catch (error) {
    throw failure === null ? unavailable(error) : (failure as { readonly error: unknown }).error;
  }
}

const guarded = (session: SqlSession): SqlSession => ({
  async query(text, params) {
    try {
      return await session.query(text, params);
    } catch (cause) {
      throw unavailable(cause);
    }
  },
});

const unavailable = (cause: unknown): TierSyncError =>
  new TierSyncError('unavailable', 'the database does not answer as it should', { cause });
