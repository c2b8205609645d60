import type { EntitySyncState } from '../interfaces/EntitySyncState.ts';
import type { SyncOptions } from '../interfaces/SyncTypes.ts';
import type { CloudPlace } from '../ReadThrough.ts';
import type { LinkRules } from '../reconcile/Finding.ts';
import type { AttachedCloud } from '../sync/AttachedCloud.ts';
import type { Cloud } from '../sync/openCloud.ts';
import type { StateView } from '../sync/StateView.ts';
import { tellIncomplete } from '../sync/tellIncomplete.ts';
import { SerialQueue } from '../util/SerialQueue.ts';
import type { AttachOptions } from './attachCloud.ts';

/** Where a cloud is attached, exchanged and detached. The code of one is loaded with the first. */
export class CloudSlot implements CloudPlace {
  readonly #o: AttachOptions;
  readonly #queue = new SerialQueue();
  #link: AttachedCloud | null = null;
  /** Once there was a cloud, edits are noted for one, also while there is none. */
  #rulesWithout: LinkRules | null = null;
  #view: StateView | null = null;

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

  /** This device had a cloud before it was loaded. */
  async resume(): Promise<void> {
    const { local, metadata } = this.#o;
    if ((await local.tier.readNote()) === null) return;
    const [{ detachedRules }, { StateView }] = await Promise.all([
      import('./attachCloud.ts'),
      import('../sync/StateView.ts'),
    ]);
    this.#view = await StateView.open({ local: local.tier, metadata });
    this.#rulesWithout = await detachedRules(this.#view, this.#o);
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
      await this.#detach();
      const link = await attachCloud(cloud, options, this.#o);
      this.#link = link;
    });
  }

  detach(): Promise<void> {
    return this.#queue.run(() => this.#detach());
  }

  async #detach(): Promise<void> {
    const link = this.#link;
    this.#link = null;
    this.#rulesWithout = link?.rules ?? this.#rulesWithout;
    if (link !== null) await this.#o.engine.detach();
  }
}
