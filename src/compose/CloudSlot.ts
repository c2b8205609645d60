import type { EntitySyncState } from '../interfaces/EntitySyncState.ts';
import type { SyncOptions } from '../interfaces/SyncTypes.ts';
import type { CloudPlace } from '../ReadThrough.ts';
import type { LinkRules } from '../reconcile/Finding.ts';
import type { AttachedCloud } from '../sync/AttachedCloud.ts';
import type { Cloud } from '../sync/openCloud.ts';
import type { StateView } from '../sync/StateView.ts';
import { tellIncomplete } from '../sync/tellIncomplete.ts';
import { SerialQueue } from '../util/SerialQueue.ts';
import type { AttachOptions } from './linkOptions.ts';

/** Where a cloud is attached, exchanged and detached. The code of one is loaded with the first. */
export class CloudSlot implements CloudPlace {
  readonly #o: AttachOptions;
  readonly #queue = new SerialQueue();
  #link: AttachedCloud | null = null;
  /** Once there was a cloud, edits are noted for one, also while there is none; and tabs meet without one. */
  #rulesWithout: LinkRules | null = null;
  #view: StateView | null = null;
  #tellConflicts: (() => () => void) | null = null;
  #stopTelling: () => void = () => {};

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
    const { local, metadata } = this.#o;
    const hadCloud = (await local.tier.readNote()) !== null;
    if (!hadCloud && local.tabs === null) return;
    if (hadCloud) {
      const { StateView } = await import('../sync/StateView.ts');
      this.#view = await StateView.open({ local: local.tier, metadata });
    }
    const { rulesWithoutCloud } = await this.#openWithout();
    this.#rulesWithout = await rulesWithoutCloud(this.#view, this.#o);
    this.#tell();
  }

  /** Another tab has written where this device stands with its cloud. */
  async noted(): Promise<void> {
    if (this.#link !== null) await this.#link.refresh?.();
    else if (this.#view === null) await this.#queue.run(() => this.resume());
    else await this.#view.refresh();
  }

  /** In the place of the one before. */
  attach(cloud: Cloud, options: SyncOptions): Promise<void> {
    return this.#queue.run(async () => {
      const { checkOptions } = await import('./checkOptions.ts');
      await checkOptions({ prefix: this.#o.prefix, cloud, sync: options });
      const { attachCloud } = await import('./attachCloud.ts');
      await this.#openWithout();
      await this.#detach();
      this.#stopTelling();
      try {
        this.#link = await attachCloud(cloud, options, this.#o);
      } catch (error) {
        this.#tell();
        throw error;
      }
    });
  }

  detach(): Promise<void> {
    return this.#queue.run(async () => {
      if (this.#link === null) return;
      await this.#detach();
      this.#tell();
    });
  }

  async #detach(): Promise<void> {
    const link = this.#link;
    this.#link = null;
    this.#rulesWithout = link?.rules ?? this.#rulesWithout;
    if (link !== null) await this.#o.engine.detach();
  }

  /** Loaded before it is needed: a cloud can be left where no code can be loaded. */
  async #openWithout(): Promise<typeof import('./withoutCloud.ts')> {
    const without = await import('./withoutCloud.ts');
    this.#tellConflicts = () => without.tellConflicts(this.#o);
    return without;
  }

  #tell(): void {
    this.#stopTelling();
    this.#stopTelling = this.#tellConflicts?.() ?? this.#stopTelling;
  }
}
