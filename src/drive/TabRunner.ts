import type { TierSyncError } from '../errors.ts';
import type { Environment } from '../interfaces/Environment.ts';
import type { ISyncOperation, SyncOptions, SyncPlan, SyncScope } from '../interfaces/SyncTypes.ts';
import type { SyncView, SyncWishes } from '../interfaces/SyncView.ts';
import type { CloudSights } from '../sync/inspectCloud.ts';
import type { Ask } from '../tabs/asks.ts';
import type { FollowedLink } from '../tabs/FollowedLink.ts';
import type { LeaderCalls } from '../tabs/LeaderCalls.ts';
import { receivedView, type SharedView, sharedView } from '../tabs/sharedView.ts';
import { Ending } from '../util/Ending.ts';
import { isSame } from '../util/isSame.ts';
import { flushCloud } from './flushCloud.ts';
import { noCloudView } from './noCloudView.ts';
import { type EntityOf, queuedIn } from './queuedIn.ts';
import type { SyncDriver } from './SyncDriver.ts';
import { checkScope } from './SyncRequests.ts';
import type { SyncRunner } from './SyncRunner.ts';

export interface TabRunnerOptions {
  readonly leader: LeaderCalls;
  readonly options: SyncOptions;
  readonly environment: Pick<Environment, 'random' | 'setTimer' | 'clearTimer'>;
  /** What was said here is to hold in all tabs. */
  readonly onSaid: (wishes: Partial<SyncWishes>) => void;
  /** What the tab that talks to the cloud shows to the others. */
  readonly onView: (view: SharedView) => void;
  readonly entityOf: EntityOf;
  /** `view` may answer otherwise. */
  readonly onChange: () => void;
  readonly onClose: () => Promise<void>;
}

/** What the tab that talks to the cloud does for the others, besides syncing. */
export interface Services {
  bring(keys: readonly string[]): Promise<void>;
  lookAgain(entityKey: string): void;
  inspect(about: keyof CloudSights, entityKey: string): Promise<unknown>;
}

const firstWishes: SyncWishes = { isStarted: false, isOffline: false, isRealTime: true };

/** Before anything was heard of the tab that talks to the cloud. */
const unheard: SharedView = { ...sharedView(noCloudView), status: 'idle', reason: null };

/**
 * Drives a cloud that several tabs have attached: by a runner of its own in the tab that talks to it, and by asking that
 * tab in the others. What the app has said in one tab holds in all of them, also when another one takes over.
 */
export class TabRunner implements SyncDriver {
  readonly #o: TabRunnerOptions;
  readonly #closing = new Ending();
  readonly isSame: (a: unknown, b: unknown) => boolean = isSame;
  #own: SyncRunner | null = null;
  #followed: FollowedLink | null = null;
  #heard: SharedView = unheard;
  #wishes: SyncWishes = firstWishes;
  #services: Services | null = null;
  /** What a tab says while it is opened holds only if no other one has said anything. */
  #isOpened = false;

  constructor(options: TabRunnerOptions) {
    this.#o = options;
  }

  /** It says and does nothing more for other tabs: they ask the next one. */
  get isClosing(): boolean {
    return this.#closing.isOver;
  }

  get wishes(): SyncWishes {
    return this.#wishes;
  }

  /** What the others are shown. */
  get shared(): SharedView {
    return this.#own === null ? this.#heard : sharedView(this.#own.view);
  }

  get view(): SyncView {
    const { view } = this.#own ?? {};
    return view ?? receivedView(this.#heard, () => this.#followed?.lists() ?? noCloudView.lists());
  }

  /** Another tab talks to the cloud. */
  follow(followed: FollowedLink): void {
    this.#followed = followed;
    followed.onChange(this.#o.onChange);
  }

  /** From here on this tab talks to the cloud itself. */
  lead(drive: (onChange: () => void) => SyncRunner, services: Services): void {
    const own = drive(() => this.#show());
    this.#own = own;
    this.#services = services;
    void own.say(this.#wishes);
    this.#o.leader.takeOver((ask) => this.answer(ask));
    this.#show();
  }

  opened(): void {
    this.#isOpened = true;
  }

  /** It was said in another tab. */
  hear(wishes: Partial<SyncWishes>): void {
    this.#wishes = { ...this.#wishes, ...wishes };
    void this.#own?.say(wishes);
  }

  hearView(view: SharedView): void {
    this.#heard = view;
    this.#o.onChange();
  }

  /** What another tab asks of this one, if it is the one that talks to the cloud. */
  async answer(ask: Ask): Promise<unknown> {
    const own = this.#own;
    if (own === null) return undefined;
    if (ask.what === 'sync') return own.sync(ask.how, ask.scope);
    if (ask.what === 'plan') return own.plan(ask.scope);
    if (ask.what === 'stop') return own.stop();
    if (ask.what === 'bring') return this.#services?.bring(ask.keys);
    if (ask.what === 'look again') return this.#services?.lookAgain(ask.entityKey);
    if (ask.what === 'inspect') return this.#services?.inspect(ask.about, ask.entityKey);
    const { rejected } = own.view.lists();
    const found = rejected.find(({ entityName, id }) => entityName === ask.entityName && id === ask.id);
    return ask.what === 'retry' ? found?.retry() : found?.discard();
  }

  queued(): readonly ISyncOperation[] {
    return queuedIn(this.view, this.#o.entityOf);
  }

  async say(wishes: Partial<SyncWishes>): Promise<void> {
    this.#wishes = { ...this.#wishes, ...wishes };
    if (this.#isOpened) this.#o.onSaid(wishes);
    if (this.#own !== null) await this.#own.say(wishes);
    else if (wishes.isStarted === false) await this.#o.leader.ask({ what: 'stop' });
  }

  /** The tab that talks to the cloud hears of every edit that is stored. */
  noteEdit(): void {
    this.#own?.noteEdit();
  }

  async sync(how: 'push' | 'pull' | 'force', scope: SyncScope | undefined): Promise<void> {
    if (this.#own !== null) return this.#own.sync(how, scope);
    checkScope(scope);
    await this.#followed?.flush();
    await this.#o.leader.ask({ what: 'sync', how, scope });
    await this.#followed?.settled();
  }

  async plan(scope: SyncScope | undefined): Promise<SyncPlan> {
    if (this.#own !== null) return this.#own.plan(scope);
    checkScope(scope);
    await this.#followed?.flush();
    return (await this.#o.leader.ask({ what: 'plan', scope })) as SyncPlan;
  }

  async flush(timeoutMs: number | undefined): Promise<void> {
    const { options, environment } = this.#o;
    const followed = this.#followed;
    if (this.#own !== null || followed === null) return this.#own?.flush(timeoutMs);
    const push = (): Promise<void> => this.sync('push', undefined);
    const work = {
      lists: () => this.view.lists(),
      get hasPending() {
        return followed.hasPending;
      },
      get hasLooked() {
        return followed.hasLooked;
      },
    };
    await flushCloud({ work, push, options, environment, timeoutMs, ended: this.#closing });
  }

  async close(reason: TierSyncError): Promise<void> {
    this.#closing.end(reason);
    this.#o.leader.close(reason);
    await this.#own?.close(reason);
    await this.#o.onClose();
  }

  #show(): void {
    if (this.#own !== null) {
      const view = this.shared;
      if (!isSame(view, this.#heard)) this.#o.onView(view);
      this.#heard = view;
    }
    this.#o.onChange();
  }
}
