import { TierSyncError } from '../errors.ts';
import type { Environment } from '../interfaces/Environment.ts';
import type { SyncOptions } from '../interfaces/SyncTypes.ts';
import type { SyncWork } from '../interfaces/SyncWork.ts';
import { awaitedTimer } from '../util/awaitedTimer.ts';
import type { Ending } from '../util/Ending.ts';
import { backoffMs } from './syncRetry.ts';

export interface CloudFlush {
  readonly work: Pick<SyncWork, 'lists' | 'hasPending' | 'hasLooked'>;
  /** A push that begins after the call. */
  readonly push: () => Promise<void>;
  readonly options: SyncOptions;
  readonly environment: Pick<Environment, 'random' | 'setTimer' | 'clearTimer'>;
  readonly timeoutMs: number | undefined;
  /** Ends the wait with its reason. Not a signal: Node warns where more than ten wait for one. */
  readonly ended: Ending;
}

/** Somebody who edits the same entity again after each push must not make it wait for ever. */
const maxRounds = 20;

/**
 * Resolves when all that waits in the outbox now is confirmed; before the first look, all that is here. One push is enough, unless it is edited again meanwhile, or
 * the cloud confirms late: then it asks again, ever more seldom. What the cloud has rejected is not waited for.
 */
export async function flushCloud({ work, push, options, environment, timeoutMs, ended }: CloudFlush): Promise<void> {
  let wanted = new Set(waitingIn(work));
  const isDone = (): boolean => !work.hasPending || !waitingIn(work).some((id) => wanted.has(id));
  const timers: unknown[] = [];
  const after = (ms: number, fire: () => void): void => void timers.push(awaitedTimer(environment, fire, ms));
  let forget = (): void => {};
  const limit = new Promise<never>((_resolve, reject) => {
    forget = ended.onEnd(reject);
    if (timeoutMs !== undefined) after(timeoutMs, () => reject(notConfirmed(`within ${timeoutMs} ms`)));
  });
  // Where nothing has to be waited for, nobody hears of the end.
  limit.catch(() => {});
  try {
    if (!work.hasLooked) {
      await Promise.race([limit, push()]);
      wanted = new Set(waitingIn(work));
    }
    for (let round = 0; !isDone(); round++) {
      if (round === maxRounds) throw notConfirmed(`in ${maxRounds} syncs; something edits them again after each`);
      if (round > 0) {
        const ms = backoffMs(round, options, environment.random());
        await Promise.race([limit, new Promise<void>((resolve) => after(ms, resolve))]);
      }
      await Promise.race([limit, push()]);
    }
  } finally {
    forget();
    for (const timer of timers) environment.clearTimer(timer);
  }
}

const waitingIn = (work: Pick<SyncWork, 'lists'>): string[] =>
  work
    .lists()
    .pending.filter(({ state }) => state === 'waiting')
    .map(({ entityName, id }) => JSON.stringify([entityName, id]));

const notConfirmed = (when: string): TierSyncError =>
  new TierSyncError('unavailable', `the cloud has not confirmed all edits ${when}; nothing is lost, syncing goes on`);
