import { filter, firstValueFrom, type Observable } from 'rxjs';
import { noCloudView } from './drive/noCloudView.ts';
import type { SyncDriver } from './drive/SyncDriver.ts';
import { TierSyncError } from './errors.ts';
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
import type { SyncView, SyncWishes } from './interfaces/SyncView.ts';
import { Lifespan } from './Lifespan.ts';
import { whenNew } from './util/whenNew.ts';

/**
 * `data.sync`: controls syncing and tells how it stands. It stays the same object for as long as the data is loaded, with any
 * cloud or none; `start`, `goOffline`, `disableRealTime` and their opposites also hold for a cloud that is attached later.
 * Each stream emits its present value when subscribed to, and each change of it.
 */
export class SyncEngine {
  readonly #environment: Pick<Environment, 'isOnline'>;
  readonly #life = new Lifespan(destroyed);
  /** One for each subscriber of a stream: compares its part of a view with the last one, and emits it if it differs. */
  readonly #watching = new Set<(view: SyncView) => void>();
  #runner: SyncDriver | null = null;
  /** Set while a cloud is being attached; stays, rejected, if that failed, so that calls reject with the reason. */
  #attaching: Promise<void> | null = null;
  /** What the app has said, for whichever cloud there will be. */
  #wishes: Partial<SyncWishes> = {};
  #isShowing = false;
  #isStale = false;
  /** Whether two values of a stream are equal. A runner brings its own, as its views have lists. */
  #isSame: (a: unknown, b: unknown) => boolean = Object.is;

  /** `idle`, `syncing`, `error` or `offline`. */
  readonly status$: Observable<SyncStatus> = this.#watch((view) => view.status);
  /** Why the status is what it is; null: nothing is in the way. */
  readonly reason$: Observable<SyncReason | null> = this.#watch((view) => view.reason);
  /** Counts, bytes and the last error. */
  readonly stats$: Observable<SyncStats> = this.#watch((view) => view.stats);
  /** How far the present sync has got; null: none is running. */
  readonly progress$: Observable<SyncProgress | null> = this.#watch((view) => view.progress);
  /** The changes of this device that the cloud has not confirmed. */
  readonly pending$: Observable<readonly PendingChange[]> = this.#watch((view) => view.lists().pending);
  /** The conflicts that were decided, each until it is restored or dismissed. */
  readonly conflicts$: Observable<readonly Conflict[]> = this.#watch((view) => view.lists().conflicts);
  /** The changes that the cloud refused, each until it is retried, edited or discarded. */
  readonly rejected$: Observable<readonly RejectedChange[]> = this.#watch((view) => view.lists().rejected);
  /** How many milliseconds the cloud's clock is ahead of this device's; null: not known. */
  readonly clockSkew$: Observable<number | null> = this.#watch((view) => view.clockSkewMs);

  /** The changes that wait to be sent or were refused, as a queue. */
  readonly queue: IOfflineQueue;

  constructor(environment: Pick<Environment, 'isOnline'>) {
    this.#environment = environment;
    this.queue = {
      getAll: () => this.#runner?.queued() ?? [],
      get size() {
        return this.getAll().length;
      },
      process: () => this.push(),
    };
  }

  /** From now on it syncs by itself; without a cloud, as soon as one is attached. Does not wait for the first sync. */
  async start(): Promise<void> {
    // Started at once, though it is not waited for.
    void this.#say({ isStarted: true });
    await this.#attaching;
  }

  /** From now on it syncs only when asked. Resolves when a sync that is running is done. */
  async stop(): Promise<void> {
    await this.#say({ isStarted: false });
  }

  /** Ends all streams and lets the cloud go, for good. `data.unload()` does this, too. */
  async destroy(): Promise<void> {
    this.#life.end();
    await this.#close(destroyed());
  }

  /** Sends the changes of this device now. Resolves when that is done; rejects if it failed. */
  push(scope?: SyncScope): Promise<void> {
    return this.#ask((cloud) => cloud.sync('push', scope));
  }

  /** Fetches the changes of others now. Resolves when that is done; rejects if it failed. */
  pull(scope?: SyncScope): Promise<void> {
    return this.#ask((cloud) => cloud.sync('pull', scope));
  }

  /** Compares everything with the cloud and makes both equal, also if that deletes much here (see `maxDeleteShare`). */
  forceSync(scope?: SyncScope): Promise<void> {
    return this.#ask((cloud) => cloud.sync('force', scope));
  }

  /** What a sync would do now; asks the cloud and changes nothing. */
  plan(scope?: SyncScope): Promise<SyncPlan> {
    return this.#ask((cloud) => cloud.plan(scope));
  }

  /** Resolves when everything that the cloud held at the first look has been fetched. Waits until a cloud is attached, too. */
  async ready(): Promise<void> {
    const isReady = this.#watch((view) => view.isReady);
    await firstValueFrom(isReady.pipe(filter(Boolean)), { defaultValue: null });
    this.#life.assertOpen();
  }

  /** The same as `status$`. */
  getStatus(): Observable<SyncStatus> {
    return this.status$;
  }

  /** The same as `stats$`. */
  getStats(): Observable<SyncStats> {
    return this.stats$;
  }

  /** `false`: there is certainly no network, or `goOffline` was called. */
  isOnline(): boolean {
    return !this.#life.isOver && !this.#wishes.isOffline && this.#environment.isOnline();
  }

  /** Behaves as if there were no network, until `goOnline` is called. */
  goOffline(): void {
    void this.#say({ isOffline: true });
  }

  /** Ends `goOffline` and syncs at once. */
  goOnline(): void {
    void this.#say({ isOffline: false });
  }

  /** Changes of others are fetched as soon as the cloud tells of them, if it can. This is the default. */
  enableRealTime(): void {
    void this.#say({ isRealTime: true });
  }

  /** Changes of others are looked for every `pullMs` only. */
  disableRealTime(): void {
    void this.#say({ isRealTime: false });
  }

  // From here on: for the parts of tiersync, not for apps. `@internal` keeps it out of the reference.

  /** @internal A cloud is about to be attached: who asks for one waits for it, and hears why it could not be. */
  expect(attaching: Promise<void>): void {
    attaching.catch(() => {});
    this.#life.assertOpen();
    this.#attaching = attaching;
  }

  /** @internal Resolves when the cloud that is on its way is attached. */
  async attached(): Promise<void> {
    await this.#attaching;
  }

  /** @internal After `detach`, if there was a cloud. The runner comes with the call: only those with a cloud load it. */
  attach(drive: (onChange: () => void) => SyncDriver): void {
    this.#life.assertOpen();
    const runner = drive(() => this.#show());
    this.#runner = runner;
    this.#isSame = runner.isSame;
    this.#attaching = null;
    void runner.say(this.#wishes);
    this.#show();
  }

  /** @internal Resolves when what runs is done and the cloud is let go. */
  detach(): Promise<void> {
    return this.#close(noCloud());
  }

  /** @internal What was said in another tab holds here too. */
  hear(wishes: SyncWishes): void {
    this.#wishes = wishes;
  }

  /** @internal Cheap, for every edit. */
  noteEdit(): void {
    this.#runner?.noteEdit();
  }

  /** @internal Resolves when what the outbox holds now is confirmed by the cloud. */
  flushCloud(timeoutMs?: number): Promise<void> {
    return this.#ask((cloud) => cloud.flush(timeoutMs));
  }

  get #view(): SyncView {
    return this.#runner?.view ?? noCloudView;
  }

  /** In the same turn where nobody has to be waited for. */
  async #ask<T>(what: (cloud: SyncDriver) => Promise<T>): Promise<T> {
    if (this.#attaching !== null) await this.#attaching;
    this.#life.assertOpen();
    if (this.#runner === null) throw noCloud();
    return what(this.#runner);
  }

  async #close(reason: TierSyncError): Promise<void> {
    const runner = this.#runner;
    this.#runner = null;
    this.#show();
    await runner?.close(reason);
  }

  #say(wishes: Partial<SyncWishes>): Promise<void> | undefined {
    this.#life.assertOpen();
    this.#wishes = { ...this.#wishes, ...wishes };
    return this.#runner?.say(wishes);
  }

  #watch<T>(part: (view: SyncView) => T): Observable<T> {
    return this.#life.stream((subscriber) => {
      if (this.#life.isOver) return subscriber.complete();
      const show = whenNew(
        (value: T) => subscriber.next(value),
        (a, b) => this.#isSame(a, b),
      );
      const look = (view: SyncView): void => show(part(view));
      this.#watching.add(look);
      look(this.#view);
      return () => this.#watching.delete(look);
    });
  }

  /** One view after the other, to everybody, also when a subscriber causes the next: the last one shown is the last there was. */
  #show(): void {
    this.#isStale = true;
    if (this.#isShowing) return;
    this.#isShowing = true;
    while (this.#isStale) {
      this.#isStale = false;
      const view = this.#view;
      for (const look of [...this.#watching]) look(view);
    }
    this.#isShowing = false;
  }
}

const noCloud = (): TierSyncError =>
  new TierSyncError('not-loaded', 'no cloud is attached; call data.setCloud(...) first');

const destroyed = (): TierSyncError => new TierSyncError('closed', 'this sync was destroyed; load the data again');
