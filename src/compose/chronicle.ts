import { type Observable, pairwise } from 'rxjs';
import { nothing } from '../adapters/consoleLog.ts';
import type { DataEvent } from '../interfaces/DataEvent.ts';
import type { ILogger } from '../interfaces/ILogger.ts';
import type { OrchestratorOptions } from '../interfaces/OrchestratorOptions.ts';
import type { SyncStats } from '../interfaces/SyncTypes.ts';
import type { SyncEngine } from '../SyncEngine.ts';

/** What there is to watch. */
interface Watched {
  readonly events$: Observable<DataEvent>;
  readonly sync: Pick<SyncEngine, 'status$' | 'reason$' | 'stats$'>;
}

type Named = ReadonlyArray<{ readonly entityName: string; readonly id: string }>;

/**
 * Writes into the log of an app what happens to its data, as one more observer of it: life cycle and syncs by `i`, each
 * step by `v`. What fails is logged where it fails.
 */
export function chronicle(
  { events$, sync }: Watched,
  { prefix, local, cloud }: OrchestratorOptions,
  logger: ILogger,
): void {
  if (logger.i === nothing) return;
  if (local === undefined && cloud === undefined) {
    logger.i('DataOrchestrator', `${prefix}: no local tier, data lives in memory only`);
  }
  logger.i('DataOrchestrator', `${prefix}: loaded`);
  events$.subscribe({
    next: (event) => {
      const step = stepOf(event);
      if (step !== null) logger.v(...step);
    },
    complete: () => logger.i('DataOrchestrator', `${prefix}: unloaded`),
  });
  sync.status$.subscribe((status) => logger.v('SyncEngine', status));
  sync.reason$.subscribe((reason) => {
    // That there is no cloud is the app's own doing.
    if (reason !== null && reason !== 'no-cloud') logger.i('SyncEngine', reason);
  });
  sync.stats$.pipe(pairwise()).subscribe(([before, now]) => {
    const counts = countsOf(before, now);
    if (counts.some((count) => count > 0)) logger.i('SyncEngine', runText(counts));
    else logger.v('SyncEngine', 'nothing new');
  });
}

/** Tag and text of one event, however many entities it is about; null: it is logged where it happens. */
function stepOf(event: DataEvent): [string, string] | null {
  switch (event.type) {
    case 'changed':
      return ['DataManager', `${event.source}: ${event.changes[0]?.type} ${namesOf(event.changes)}`];
    case 'loaded':
      return ['KeyLoader', `loaded ${event.entityKey}`];
    case 'saved':
      return ['FlushHandler', `saved ${namesOf(event.ids)}`];
    case 'synced':
    case 'permission-lost':
      return ['SyncHandler', `${event.type} ${namesOf(event.ids)}`];
    case 'evicted':
      return ['Evictor', `evicted ${namesOf(event.ids)}`];
    case 'conflict':
      return ['SyncHandler', `conflict ${namesOf([event.conflict])}: ${event.conflict.reason}`];
    case 'rejected':
      return ['SyncHandler', `rejected ${namesOf([event])}: ${event.refusal.reason}`];
    default:
      return null;
  }
}

function namesOf(named: Named): string {
  const [first, ...others] = named;
  if (first === undefined) return 'nothing';
  return `${first.entityName} ${first.id}${others.length > 0 ? ` and ${others.length} more` : ''}`;
}

const countsOf = (before: SyncStats, now: SyncStats): readonly number[] => [
  now.pushCount - before.pushCount,
  now.pullCount - before.pullCount,
  now.conflictCount - before.conflictCount,
];

const runText = ([sent, received, conflicts]: readonly number[]): string =>
  `sent ${sent}, received ${received}, conflicts ${conflicts}`;
