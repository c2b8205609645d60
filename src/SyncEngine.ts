import { BehaviorSubject, defer, distinctUntilChanged, filter, firstValueFrom, map, type Observable } from 'rxjs';
import { noCloudView } from './drive/noCloudView.ts';
import type { SyncRunner } from './drive/SyncRunner.ts';
import { TierSyncError } from './errors.ts';
import type { AnyEntity } from './interfaces/Entity.ts';
import type { Environment } from './interfaces/Environment.ts';
import type {
  Conflict,
  IOfflineQueue,
  PendingChange,
  RejectedChange,
  SyncPlan,
  SyncProgress,
  SyncReason,
  SyncScope,
  SyncStats,
  SyncStatus,
} from './interfaces/SyncTypes.ts';
import type { SyncView } from './interfaces/SyncView.ts';
import { isSame } from './util/isSame.ts';

export interface SyncEngineOptions {
  readonly environment: Pick<Environment, 'isOnline'>;
  /** What this device holds of an entity. */
  readonly entityOf: (entityName: string, id: string) => AnyEntity | null;
}

/**
 * Syncing, as the app sees it. The same object for as long as the data is loaded, whichever cloud is attached, if any;
 * what the app has said (start, offline, real time) holds for the next one too.
 */
export class SyncEngine {
  readonly #o: SyncEngineOptions;
  readonly #views = new BehaviorSubject<SyncView>(noCloudView);
  /** The views, of which the first is as of now: what nobody looks at is not put together. */
  readonly #shown = defer(() => {
    if (!this.#isShowing) this.#showAll();
    return this.#views;
  });
  #runner: SyncRunner | null = null;
  /** A cloud is on its way, or could not be attached. */
  #attaching: Promise<void> | null = null;
  #isStarted = false;
  #isOffline = false;
  #isRealTime = true;
  #isDestroyed = false;
  #isShowing = false;
  #isStale = false;

  readonly status$: Observable<SyncStatus> = this.#watch((view) => view.status);
  readonly reason$: Observable<SyncReason | null> = this.#watch((view) => view.reason);
  readonly stats$: Observable<SyncStats> = this.#watch((view) => view.stats);
  /** Null: nothing is under way. */
  readonly progress$: Observable<SyncProgress | null> = this.#watch((view) => view.progress);
  readonly pending$: Observable<readonly PendingChange[]> = this.#watch((view) => view.lists().pending);
  readonly conflicts$: Observable<readonly Conflict[]> = this.#watch((view) => view.lists().conflicts);
  readonly rejected$: Observable<readonly RejectedChange[]> = this.#watch((view) => view.lists().rejected);
  /** How far this device's clock is from the cloud's, in milliseconds. Null: not known. */
  readonly clockSkew$: Observable<number | null> = this.#watch((view) => view.clockSkewMs);

  /** What waits to be sent, and what was refused, as a queue. */
  readonly queue: IOfflineQueue;

  constructor(options: SyncEngineOptions) {
    this.#o = options;
    const view = (): SyncView => this.#view;
    this.queue = {
      getAll() {
        const { lists, failures: attempts } = view();
        const entityOf = ({ entityName, id }: PendingChange): AnyEntity | null => options.entityOf(entityName, id);
        return lists().pending.map((change) => ({ ...change, entity: entityOf(change), attempts }));
      },
      get size() {
        return view().lists().pending.length;
      },
      process: () => this.push(),
    };
  }

  /** From here on it syncs by itself; without a cloud, as soon as there is one. Does not wait for the first run. */
  async start(): Promise<void> {
    this.#assertOpen();
    this.#isStarted = true;
    this.#runner?.start();
    if (this.#attaching !== null) await this.attached();
  }

  /** Nothing begins by itself any more. Resolves when what runs is done. */
  async stop(): Promise<void> {
    this.#assertOpen();
    this.#isStarted = false;
    await this.#runner?.stop();
  }

  /** For good: ends all streams and lets the cloud go. Resolves when what runs is done. */
  async destroy(): Promise<void> {
    this.#isDestroyed = true;
    this.#views.complete();
    await this.#close(destroyed());
  }

  /** Sends what was edited here. */
  async push(scope?: SyncScope): Promise<void> {
    if (this.#attaching !== null) await this.attached();
    await this.#cloud.sync('push', scope);
  }

  /** Fetches what others have written. */
  async pull(scope?: SyncScope): Promise<void> {
    if (this.#attaching !== null) await this.attached();
    await this.#cloud.sync('pull', scope);
  }

  /** Compares everything, and says yes to what waits for one. */
  async forceSync(scope?: SyncScope): Promise<void> {
    if (this.#attaching !== null) await this.attached();
    await this.#cloud.sync('force', scope);
  }

  /** What a sync would do now. */
  async plan(scope?: SyncScope): Promise<SyncPlan> {
    if (this.#attaching !== null) await this.attached();
    return this.#cloud.plan(scope);
  }

  /** Resolves when everything that the cloud held at the first look is here. Waits for a cloud, too. */
  async ready(): Promise<void> {
    await firstValueFrom(this.#shown.pipe(filter((view) => view.isReady)), { defaultValue: null });
    this.#assertOpen();
  }

  getStatus(): Observable<SyncStatus> {
    return this.status$;
  }

  getStats(): Observable<SyncStats> {
    return this.stats$;
  }

  /** False: it is certain that there is no network, or `goOffline` was called. */
  isOnline(): boolean {
    return !this.#isDestroyed && !this.#isOffline && this.#o.environment.isOnline();
  }

  goOffline(): void {
    this.#setOffline(true);
  }

  goOnline(): void {
    this.#setOffline(false);
  }

  /** Others' changes come as soon as the cloud tells of them, where it can. This is the default. */
  enableRealTime(): void {
    this.#setRealTime(true);
  }

  disableRealTime(): void {
    this.#setRealTime(false);
  }

  // From here on: for the parts of tiersync, not for apps.

  /** A cloud is about to be attached: who asks for one waits for it, and hears why it could not be. */
  expect(attaching: Promise<void>): void {
    attaching.catch(() => {});
    this.#assertOpen();
    this.#attaching = attaching;
  }

  /** Resolves when the cloud that is on its way is attached. */
  async attached(): Promise<void> {
    await this.#attaching;
  }

  /** After `detach`, if there was a cloud. The runner comes with the call, because only those with a cloud load it. */
  attach(drive: (onChange: () => void) => SyncRunner): void {
    this.#assertOpen();
    const runner = drive(() => this.#show());
    this.#runner = runner;
    this.#attaching = null;
    if (!this.#isRealTime) runner.setRealTime(false);
    if (this.#isOffline) runner.setOffline(true);
    if (this.#isStarted) runner.start();
    this.#show();
  }

  /** Resolves when what runs is done and the cloud is let go. */
  detach(): Promise<void> {
    return this.#close(noCloud());
  }

  /** Cheap, for every edit. */
  noteEdit(): void {
    this.#runner?.noteEdit();
  }

  /** Resolves when what the outbox holds now is confirmed by the cloud. */
  async flushCloud(timeoutMs?: number): Promise<void> {
    if (this.#attaching !== null) await this.attached();
    await this.#cloud.flush(timeoutMs);
  }

  get #view(): SyncView {
    return this.#runner?.view ?? noCloudView;
  }

  get #cloud(): SyncRunner {
    this.#assertOpen();
    if (this.#runner === null) throw noCloud();
    return this.#runner;
  }

  async #close(reason: TierSyncError): Promise<void> {
    const runner = this.#runner;
    this.#runner = null;
    this.#show();
    await runner?.close(reason);
  }

  #setOffline(isOffline: boolean): void {
    this.#assertOpen();
    this.#isOffline = isOffline;
    this.#runner?.setOffline(isOffline);
  }

  #setRealTime(isRealTime: boolean): void {
    this.#assertOpen();
    this.#isRealTime = isRealTime;
    this.#runner?.setRealTime(isRealTime);
  }

  #watch<T>(part: (view: SyncView) => T): Observable<T> {
    return this.#shown.pipe(map(part), distinctUntilChanged<T>(isSame));
  }

  #show(): void {
    this.#isStale = true;
    if (!this.#isShowing && this.#views.observed) this.#showAll();
  }

  /** One view after the other, also when a subscriber causes the next: the last one shown is the last there was. */
  #showAll(): void {
    this.#isShowing = true;
    while (this.#isStale) {
      this.#isStale = false;
      this.#views.next(this.#view);
    }
    this.#isShowing = false;
  }

  #assertOpen(): void {
    if (this.#isDestroyed) throw destroyed();
  }
}

const noCloud = (): TierSyncError =>
  new TierSyncError('not-loaded', 'no cloud is attached; call data.setCloud(...) first');

const destroyed = (): TierSyncError =>
  new TierSyncError('closed', 'this sync was destroyed; load the data again to sync again');
