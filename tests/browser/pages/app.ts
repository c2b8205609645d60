// What runs in a page: an app that keeps its notes in IndexedDB, bundled from the package as it is built.
import { filter, firstValueFrom } from 'rxjs';
import { DataOrchestrator, EntityKeyFieldStrategy, type Intervals, type SyncStatus, silentLogger } from 'tiersync';
import { IndexedDbPersistence } from 'tiersync/adapters/indexeddb';
import { createSyncEngine, type SyncConfig } from 'tiersync/client';
import { Emissions, type Note } from './Emissions.ts';
import { type Play, play } from './play.ts';

export interface Opening {
  /** Where the notes stand; the same one again is the same device. */
  readonly database: string;
  /** Left out: there is no cloud. */
  readonly cloud?: Partial<SyncConfig> & { readonly serverUrl: string };
  /** Who the token is for. */
  readonly user?: string;
  readonly intervals?: Partial<Intervals>;
  /** Whether two edits of one note are put together. */
  readonly merge?: boolean;
}

/** A page gets its tokens where it comes from. */
async function tokenOf(user: string): Promise<string> {
  const answer = await fetch(`/token?user=${user}`);
  return answer.text();
}

async function open({ database, cloud, user = 'anna', intervals, merge = false }: Opening) {
  const data = await DataOrchestrator.create({
    prefix: 'app',
    local: new IndexedDbPersistence(database),
    strategy: new EntityKeyFieldStrategy('group'),
    logger: silentLogger,
    conflictStrategy: merge ? 'merge' : 'last-write-wins',
    intervals: { localQuietMs: 1, cloudQuietMs: 1, ...intervals },
  });
  const notes = data.repo<Note>('Note');
  const emissions = new Emissions(notes);
  if (cloud !== undefined) createSyncEngine(data, { authToken: () => tokenOf(user), reconnectDelay: 50, ...cloud });
  return {
    data,
    notes,
    emissions,
    sync: data.sync,
    play: (what: Play) => play({ data, notes }, what),
    /** Resolves as soon as a field has this value. */
    until: (id: string, field: keyof Note, value: unknown) =>
      firstValueFrom(notes.observe(id).pipe(filter((note) => note?.[field] === value))),
    untilStatus: (status: SyncStatus) => firstValueFrom(data.sync.status$.pipe(filter((now) => now === status))),
    stats: () => firstValueFrom(data.sync.stats$),
    status: () => firstValueFrom(data.sync.status$),
    reason: () => firstValueFrom(data.sync.reason$),
    conflicts: () => firstValueFrom(data.sync.conflicts$),
    rejected: () => firstValueFrom(data.sync.rejected$),
  };
}

export type App = Awaited<ReturnType<typeof open>>;

declare global {
  /** What tests may ask of a page. */
  var openApp: typeof open;
  var app: App;
  var violations: string[];
}

globalThis.openApp = async (opening) => {
  globalThis.app = await open(opening);
  return globalThis.app;
};
globalThis.violations = [];
addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI }) =>
  globalThis.violations.push(`${violatedDirective} ${blockedURI}`),
);
