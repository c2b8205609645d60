import { TabRunner } from '../drive/TabRunner.ts';
import { closedError } from '../errors.ts';
import type { EntitySyncState } from '../interfaces/EntitySyncState.ts';
import type { SyncOptions } from '../interfaces/SyncTypes.ts';
import type { Release } from '../interfaces/Tabs.ts';
import type { LinkRules } from '../reconcile/Finding.ts';
import type { AttachedCloud } from '../sync/AttachedCloud.ts';
import { CloudLink } from '../sync/CloudLink.ts';
import type { CloudSights } from '../sync/inspectCloud.ts';
import type { Cloud } from '../sync/openCloud.ts';
import { type Ask, sentError } from '../tabs/asks.ts';
import { FollowedLink } from '../tabs/FollowedLink.ts';
import { LeaderCalls } from '../tabs/LeaderCalls.ts';
import type { Sent } from '../tabs/messages.ts';
import type { TabChanges } from '../tabs/TabChanges.ts';
import type { TabLink } from '../tabs/TabLink.ts';
import { heldOf, runnerOf } from './attachCloud.ts';
import { type AttachOptions, linkOptions } from './linkOptions.ts';

export interface TabCloudOptions {
  readonly cloud: Cloud;
  readonly options: SyncOptions;
  readonly parts: AttachOptions;
  readonly tabs: TabLink;
  readonly changes: TabChanges;
}

/** No key of anybody's: which keys there are is what is wanted. */
const anyKey = '';
const retryMs = 1_000;
const readingMs = 10_000;

/**
 * A cloud that several tabs have attached. The one that holds a lock talks to it, the others follow; when it is closed or
 * gone, the next one has the lock, and takes over as after a restart.
 */
export class TabCloud implements AttachedCloud {
  readonly #o: TabCloudOptions;
  readonly #leader: LeaderCalls;
  readonly #runner: TabRunner;
  readonly #leaving = new AbortController();
  #onChange: () => void = () => {};
  #link: CloudLink | FollowedLink;
  #release: Release | null;

  /** Resolves when it is known who talks to the cloud. */
  static async attach(o: TabCloudOptions): Promise<TabCloud> {
    const { tabs, cloud, options, parts, changes } = o;
    const release = await tabs.tryLock();
    try {
      const leader = new LeaderCalls(tabs);
      const given = linkOptions(options, parts);
      const link =
        release === null
          ? await FollowedLink.open({ ...given, leader, changes })
          : await CloudLink.open(cloud, options.startOver ?? false, given);
      const tabCloud = new TabCloud(o, { leader, link, release });
      await tabCloud.#begin();
      return tabCloud;
    } catch (error) {
      release?.();
      throw error;
    }
  }

  private constructor(
    o: TabCloudOptions,
    { leader, link, release }: { leader: LeaderCalls; link: CloudLink | FollowedLink; release: Release | null },
  ) {
    const { tabs, options, parts } = o;
    this.#o = o;
    this.#leader = leader;
    this.#link = link;
    this.#release = release;
    this.#runner = new TabRunner({
      leader,
      options,
      environment: parts.environment,
      entityOf: heldOf(parts),
      onSaid: (wishes) => tabs.post({ type: 'said', wishes }),
      onView: (view) => tabs.post({ type: 'view', view }),
      onChange: () => this.#onChange(),
      onClose: () => this.#close(),
    });
  }

  get rules(): LinkRules {
    return this.#link.rules;
  }

  get isReady(): boolean {
    return this.#link.isReady;
  }

  get hasPending(): boolean {
    return this.#link.hasPending;
  }

  get clockOffset(): number | null {
    return this.#link.clockOffset;
  }

  stateOf(entityName: string, id: string, entityKey: string): Exclude<EntitySyncState, 'pending' | 'local'> | null {
    return this.#link.stateOf(entityName, id, entityKey);
  }

  keeps(entityName: string, entityKey: string): boolean {
    return this.#link.keeps(entityName, entityKey);
  }

  known(): Promise<void> {
    return this.#link.known();
  }

  ensure(entityKeys: Iterable<string>): Promise<void> {
    return this.#link.ensure(entityKeys);
  }

  inspect<What extends keyof CloudSights>(what: What, entityKey: string): Promise<CloudSights[What]> {
    return this.#link.inspect(what, entityKey);
  }

  async refresh(): Promise<void> {
    if (this.#link instanceof FollowedLink) await this.#link.refresh();
  }

  /** Another tab has said something. */
  hear(message: Sent): void {
    const { tabs, parts } = this.#o;
    if (this.#runner.isClosing) return;
    const isLeading = this.#link instanceof CloudLink;
    if (message.type === 'said') {
      this.#runner.hear(message.wishes);
      parts.engine.hear(this.#runner.wishes);
    } else if (message.type === 'answer' && message.to === tabs.id) {
      this.#leader.answered(message.number, message.value, message.error);
    } else if (message.type === 'ask' && isLeading) void this.#answer(message);
    else if (message.type === 'hello' && isLeading) this.#tell();
    else if (message.type === 'leading') this.#leader.again();
    else if (message.type === 'view' && !isLeading) this.#runner.hearView(message.view);
  }

  /** It may have missed what it was asked, or was answered. */
  woke(): void {
    const { tabs } = this.#o;
    const isLeading = this.#link instanceof CloudLink;
    tabs.post({ type: isLeading ? 'leading' : 'hello' });
    if (isLeading) this.#tell();
    else this.#leader.again();
  }

  async #begin(): Promise<void> {
    const { options, parts } = this.#o;
    const { engine } = parts;
    const link = this.#link;
    engine.attach((onChange) => {
      this.#onChange = onChange;
      if (link instanceof CloudLink) this.#lead(link);
      else this.#runner.follow(link);
      return this.#runner;
    });
    if (options.autoStart ?? true) await engine.start();
  }

  /** From here on it hears the others. */
  greet(): void {
    const isLeading = this.#link instanceof CloudLink;
    this.#runner.opened();
    this.#o.tabs.post({ type: isLeading ? 'leading' : 'hello' });
    if (!isLeading) this.#queueUp();
  }

  /** It has its turn when all who came before are gone. */
  #queueUp(): void {
    const { signal } = this.#leaving;
    this.#o.tabs
      .lock(signal)
      .then((release) => this.#takeOver(release))
      .catch(() => {
        if (!signal.aborted) this.#o.parts.environment.setTimer(() => this.#queueUp(), retryMs);
      });
  }

  /** As after a restart: what the tab before has stored is read, whether it has told of it or not. */
  async #takeOver(release: Release): Promise<void> {
    const { cloud, options, parts, tabs, changes } = this.#o;
    const followed = this.#link as FollowedLink;
    try {
      await changes.compare();
      await followed.refresh();
      const link = await CloudLink.open(cloud, false, linkOptions(options, parts));
      if (this.#leaving.signal.aborted) {
        await link.close();
        throw closedError();
      }
      followed.close();
      this.#link = link;
      this.#release = release;
      this.#lead(link);
      tabs.post({ type: 'leading' });
      this.#tell();
    } catch (error) {
      release();
      throw error;
    }
  }

  #lead(link: CloudLink): void {
    const { options, parts } = this.#o;
    this.#runner.lead(runnerOf(link, options, parts), {
      inspect: (what, entityKey) => link.inspect(what, entityKey),
      lookAgain: (entityKey) => link.rules.lookAgain(entityKey),
      bring: async (keys) => {
        if (keys.includes(anyKey)) await link.known();
        const named = keys.filter((key) => key !== anyKey);
        this.#lend(named);
        await link.reads.bring(named);
      },
    });
  }

  /** What has come for a reader in another tab is not taken away before he has it, nor for long if that tab is gone. */
  #lend(entityKeys: readonly string[]): void {
    const { environment, metadata, local } = this.#o.parts;
    const release = metadata.expect(entityKeys);
    environment.setTimer(() => {
      release();
      void local.room.keepWithin();
    }, readingMs);
  }

  /** How it stands, and what was said. */
  #tell(): void {
    this.#o.tabs.post({ type: 'said', wishes: this.#runner.wishes });
    this.#o.tabs.post({ type: 'view', view: this.#runner.shared });
  }

  async #answer({ from, number, ask }: Sent & { readonly number: number; readonly ask: Ask }): Promise<void> {
    const { tabs, changes } = this.#o;
    const answer = { type: 'answer', to: from, number } as const;
    try {
      // What was written before it was asked is here first.
      await changes.settled();
      const value = await this.#runner.answer(ask);
      tabs.post({ ...answer, value, error: null });
    } catch (error) {
      if (!this.#runner.isClosing) tabs.post({ ...answer, value: null, error: sentError(error) });
    }
  }

  /** The next one may begin when nothing of this one is under way any more. */
  async #close(): Promise<void> {
    const { local, metadata } = this.#o.parts;
    this.#leaving.abort();
    if (this.#link instanceof FollowedLink) this.#link.close();
    metadata.forgetCloud();
    await local.tier.readNote().catch(() => {});
    this.#release?.();
    this.#release = null;
  }
}
