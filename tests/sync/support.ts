import type { ILogger } from 'tiersync';
import { TierSyncError, type TierSyncErrorCode } from 'tiersync';
import type { EntityOf } from '../../src/drive/queuedIn.ts';
import { SyncRunner, type SyncRunnerOptions } from '../../src/drive/SyncRunner.ts';
import type { SyncOptions, SyncTelemetry } from '../../src/interfaces/SyncTypes.ts';
import { SyncEngine } from '../../src/SyncEngine.ts';
import { TestEnvironment } from '../support/TestEnvironment.ts';
import { FakeWork } from './FakeWork.ts';

export const intervals = { cloudQuietMs: 10_000, cloudMaxMs: 60_000, pullMs: 300_000 };

export function makeEngine(options: Partial<SyncRunnerOptions> = {}, entityOf: EntityOf = () => null) {
  const environment = new TestEnvironment();
  const { onOnline } = environment;
  let listeners = 0;
  const countedOnOnline = (work: () => void): (() => void) => {
    const stop = onOnline(work);
    listeners++;
    return () => {
      listeners--;
      stop();
    };
  };
  Object.assign(environment, { onOnline: countedOnOnline });
  const logged: string[] = [];
  const log = (tag: string, message: string): void => void logged.push(`${tag}: ${message}`);
  const warnings: string[] = [];
  const warn = (tag: string, message: string): void => {
    warnings.push(`${tag}: ${message}`);
    log(tag, message);
  };
  const logger: ILogger = { v: log, d: log, i: log, w: warn, e: warn };
  const events: SyncTelemetry[] = [];
  const telemetry = (event: SyncTelemetry): void => void events.push(event);
  const sync = new SyncEngine(environment);
  const attach = (work: FakeWork, cloud: SyncOptions = {}): void =>
    sync.attach(
      (onChange) =>
        new SyncRunner({
          work,
          options: cloud,
          environment,
          intervals,
          logger,
          telemetry,
          entityOf,
          onChange,
          ...options,
        }),
    );
  const shown: string[] = [];
  let reason: string | null = null;
  sync.reason$.subscribe((next) => (reason = next));
  sync.status$.subscribe((status) => shown.push(status));
  return {
    sync,
    attach,
    environment,
    logged,
    /** What of it a console shows. */
    warnings,
    events,
    /** How many wait for the network. */
    onlineListeners: () => listeners,
    /** Every status there was. */
    shown,
    /** The status and why. */
    now: (): string => `${shown.at(-1)}${reason === null ? '' : `/${reason}`}`,
  };
}

interface Setup {
  readonly options?: SyncOptions;
  readonly engine?: Partial<SyncRunnerOptions>;
  readonly entityOf?: EntityOf;
  readonly canWatch?: boolean;
  /** False: the app has not said `start`. */
  readonly isStarted?: boolean;
}

/** An engine with a cloud; what the start asked for is done and forgotten. */
export async function withCloud({
  options = {},
  engine = {},
  entityOf,
  canWatch = true,
  isStarted = true,
}: Setup = {}) {
  const made = makeEngine(engine, entityOf);
  const work = new FakeWork({ canWatch });
  made.attach(work, options);
  if (isStarted) await made.sync.start();
  await made.environment.advance(0);
  work.requests.length = 0;
  made.shown.splice(0, made.shown.length - 1);
  made.events.length = 0;
  return { ...made, work };
}

export const failure = (code: TierSyncErrorCode = 'unavailable', retryAfterMs?: number): TierSyncError =>
  new TierSyncError(code, `the cloud says ${code}`, { retryAfterMs });

export function failing(work: FakeWork, code: TierSyncErrorCode = 'unavailable', retryAfterMs?: number): void {
  work.answer = () => {
    throw failure(code, retryAfterMs);
  };
}

export function healing(work: FakeWork): void {
  work.answer = () => ({});
}

/** Whether a promise has settled by now, and how. */
export function watched(promise: Promise<unknown>): { state: string } {
  const result = { state: 'pending' };
  promise.then(
    () => (result.state = 'resolved'),
    (error: unknown) => (result.state = (error as TierSyncError).code ?? String(error)),
  );
  return result;
}
