import type {
  Conflict,
  PendingChange,
  RejectedChange,
  SyncEngine,
  SyncProgress,
  SyncReason,
  SyncStats,
  SyncStatus,
} from 'tiersync';
import type { Page } from '../page.ts';
import { hasMoved, runBetween, type SyncRun } from '../runs/SyncRun.ts';

/** How syncing stands, as the streams of `data.sync` tell it. */
export interface SyncSight {
  readonly status: SyncStatus;
  readonly reason: SyncReason | null;
  readonly isOnline: boolean;
  /** The data was unloaded. */
  readonly isOver: boolean;
  readonly progress: SyncProgress | null;
  readonly skewMs: number | null;
  readonly stats: SyncStats | null;
  readonly pending: readonly PendingChange[];
  readonly conflicts: readonly Conflict[];
  readonly rejected: readonly RejectedChange[];
  /** The latest, oldest first, since somebody looks. */
  readonly runs: readonly SyncRun[];
  /** When the one began that is under way. */
  readonly begunAt: number | null;
}

export interface SyncFeedOptions {
  readonly sync: SyncEngine;
  readonly page: Page;
  readonly onChange: () => void;
  /** Something has come or gone, or the cloud has. */
  readonly onMoved: () => void;
}

const runsKept = 300;

const nothing: SyncSight = {
  status: 'offline',
  reason: null,
  isOnline: false,
  isOver: false,
  progress: null,
  skewMs: null,
  stats: null,
  pending: [],
  conflicts: [],
  rejected: [],
  runs: [],
  begunAt: null,
};

/** Listens to syncing for as long as it is open, and keeps what there is to see of it. */
export class SyncFeed {
  readonly #o: SyncFeedOptions;
  readonly #subscriptions: { unsubscribe(): void }[];
  #sight = nothing;

  constructor(options: SyncFeedOptions) {
    const { sync } = options;
    this.#o = options;
    this.#subscriptions = [
      sync.status$.subscribe({
        next: (status) => this.#noteStatus(status),
        complete: () => this.#note({ isOver: true }),
      }),
      sync.reason$.subscribe((reason) => this.#noteReason(reason)),
      sync.progress$.subscribe((progress) => this.#note({ progress })),
      sync.clockSkew$.subscribe((skewMs) => this.#note({ skewMs })),
      sync.pending$.subscribe((pending) => this.#note({ pending })),
      sync.conflicts$.subscribe((conflicts) => this.#note({ conflicts })),
      sync.rejected$.subscribe((rejected) => this.#note({ rejected })),
      sync.stats$.subscribe((stats) => this.#noteStats(stats)),
    ];
  }

  /** Whether it is online is told by no stream where syncing was stopped. */
  get sight(): SyncSight {
    return { ...this.#sight, isOnline: this.#o.sync.isOnline() };
  }

  close(): void {
    for (const subscription of this.#subscriptions) subscription.unsubscribe();
  }

  #noteStatus(status: SyncStatus): void {
    const begunAt = status === 'syncing' ? (this.#sight.begunAt ?? this.#o.page.now()) : null;
    const isBack = this.#sight.status === 'offline' && status !== 'offline';
    this.#note({ status, begunAt });
    if (isBack) this.#o.onMoved();
  }

  /** There may be a cloud now, or another one, or it can be reached again. */
  #noteReason(reason: SyncReason | null): void {
    this.#note({ reason });
    this.#o.onMoved();
  }

  #noteStats(stats: SyncStats): void {
    const { stats: before, runs } = this.#sight;
    const run = before === null ? null : runBetween(before, stats, this.#o.page.now());
    this.#note({ stats, runs: run === null ? runs : [...runs, run].slice(-runsKept) });
    if (run !== null && hasMoved(run)) this.#o.onMoved();
  }

  #note(part: Partial<SyncSight>): void {
    this.#sight = { ...this.#sight, ...part };
    this.#o.onChange();
  }
}
