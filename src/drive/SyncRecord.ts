import { TierSyncError } from '../errors.ts';
import type { ILogger } from '../interfaces/ILogger.ts';
import type { SyncProgress, SyncTelemetry } from '../interfaces/SyncTypes.ts';
import type { SyncView } from '../interfaces/SyncView.ts';
import type { SyncOutcome, SyncWork } from '../interfaces/SyncWork.ts';
import { asTierSyncError } from '../util/asTierSyncError.ts';
import { reasonOf } from '../util/reasonOf.ts';
import { noCloudView } from './noCloudView.ts';
import type { SyncAsk } from './SyncRequests.ts';
import { addRun, type RunStats, type SyncRun, telemetryOf } from './syncStats.ts';

export interface SyncRecordOptions {
  readonly work: Pick<SyncWork, 'run'>;
  readonly now: () => number;
  readonly logger: ILogger;
  readonly telemetry: ((event: SyncTelemetry) => void) | undefined;
  /** `view` answers otherwise. */
  readonly onChange: () => void;
}

/** Runs the work, and keeps what there is to tell of it: how far it is, what came of it, what all runs did together. */
export class SyncRecord {
  readonly #o: SyncRecordOptions;
  #stats: RunStats = noCloudView.stats;
  #progress: SyncProgress | null = null;
  /** In the run that is under way, or was last, the cloud has answered. */
  isAnswered = false;
  #clockSkewMs: number | null = null;

  constructor(options: SyncRecordOptions) {
    this.#o = options;
  }

  get view(): Pick<SyncView, 'progress' | 'clockSkewMs'> & { readonly stats: RunStats } {
    return { stats: this.#stats, progress: this.#progress, clockSkewMs: this.#clockSkewMs };
  }

  async run(ask: SyncAsk): Promise<SyncOutcome> {
    const { work, now } = this.#o;
    const startedAt = now();
    let isOver = false;
    this.isAnswered = false;
    const onProgress = (progress: SyncProgress | null): void => {
      if (isOver) return;
      this.isAnswered ||= progress !== null && progress.phase !== 'looking';
      this.#show(progress);
    };
    let result: SyncOutcome | TierSyncError;
    try {
      result = await work.run({ ...ask, onProgress });
    } catch (cause) {
      result = asTierSyncError(cause, 'sync failed');
    }
    isOver = true;
    this.#add({ startedAt, endedAt: now(), result });
    if (result instanceof TierSyncError) throw result;
    return result;
  }

  #add(run: SyncRun): void {
    this.#stats = addRun(this.#stats, run);
    // A run that could not measure it says nothing against the last that could.
    if (!(run.result instanceof Error)) this.#clockSkewMs = run.result.clockSkewMs ?? this.#clockSkewMs;
    if (this.#o.telemetry !== undefined) this.#tell(telemetryOf(run));
    this.#show(null);
  }

  /** Who measures must not disturb what is measured: neither by throwing, nor by a promise that fails. */
  #tell(event: SyncTelemetry): void {
    const { telemetry, logger } = this.#o;
    new Promise((resolve) => resolve(telemetry?.(event))).catch((error: unknown) =>
      logger.e('SyncRecord', `telemetry failed: ${reasonOf(error)}`, error),
    );
  }

  #show(progress: SyncProgress | null): void {
    this.#progress = progress;
    this.#o.onChange();
  }
}
