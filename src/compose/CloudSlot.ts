import type { EntitySyncState } from '../interfaces/EntitySyncState.ts';
import type { SyncOptions } from '../interfaces/SyncTypes.ts';
import type { CloudPlace } from '../ReadThrough.ts';
import type { LinkRules } from '../reconcile/Finding.ts';
import type { AttachedCloud } from '../sync/AttachedCloud.ts';
import type { Cloud } from '../sync/openCloud.ts';
import { tellIncomplete } from '../sync/tellIncomplete.ts';
import { SerialQueue } from '../util/SerialQueue.ts';
import type { AttachOptions } from './linkOptions.ts';
import type { WithoutCloud } from './WithoutCloud.ts';

/** Where a cloud is attached, exchanged and detached. The code of one is loaded with the first. */
export class CloudSlot implements CloudPlace {
  readonly #o: AttachOptions;
  readonly #queue = new SerialQueue();
  #link: AttachedCloud | null = null;
  /** Once there was a cloud, edits are noted for one, also while there is none; and tabs meet without one. */
  #rulesWithout: LinkRules | null = null;
  #without: WithoutCloud | null = null;

  constructor(options: AttachOptions) {
    this.#o = options;
  }

  get link(): AttachedCloud | null {
    return this.#link;
  }

  get rules(): LinkRules | null {
    return this.#link?.rules ?? this.#rulesWithout;
  }

  stateOf(entityName: string, id: string, entityKey: string): EntitySyncState | null {
    return this.#link?.stateOf(entityName, id, entityKey) ?? null;
  }

  /** Milliseconds that its clock is ahead of this one's; null: that is being found out. */
  get clockOffset(): number | null {
    return this.#link === null ? 0 : this.#link.clockOffset;
  }

  async known(): Promise<void> {
    await this.#link?.known();
  }

  async ensure(entityKeys: Iterable<string>): Promise<void> {
    if (this.#link === null) tellIncomplete(entityKeys, this.#o.metadata, this.#o.events);
    else await this.#link.ensure(entityKeys);
  }

  /** This device had a cloud before it was loaded, or has tabs. */
  async resume(): Promise<void> {
    const { local } = this.#o;
    if (local.tabs === null && (await local.tier.readNote()) === null) return;
    const without = await this.#openWithout();
    await without.look();
    this.#rulesWithout = without.rules;
    without.tell(true);
  }

  /** Another tab has written where this device stands with its cloud. */
  noted(): Promise<void> {
    return this.#queue.run(async () => (this.#link === null ? this.resume() : this.#link.refresh?.()));
  }

  /** In the place of the one before. */
  attach(cloud: Cloud, options: SyncOptions): Promise<void> {
    return this.#queue.run(async () => {
      const { attachCloud, checkCloud } = await import('./attachCloud.ts');
      await checkCloud(cloud, options, this.#o);
      // Loaded before it is needed: a cloud can be left where no code can be loaded.
      const without = await this.#openWithout();
      await this.#detach();
      without.tell(false);
      try {
        this.#link = await attachCloud(cloud, options, this.#o);
      } finally {
        without.tell(this.#link === null);
      }
    });
  }

  detach(): Promise<void> {
    return this.#queue.run(async () => {
      await this.#detach();
      this.#without?.tell(true);
    });
  }

  async #detach(): Promise<void> {
    const link = this.#link;
    this.#link = null;
    this.#rulesWithout = link?.rules ?? this.#rulesWithout;
    if (link !== null) await this.#o.engine.detach();
  }

  async #openWithout(): Promise<WithoutCloud> {
    this.#without ??= new (await import('./WithoutCloud.ts')).WithoutCloud(this.#o);
    return this.#without;
  }
}
