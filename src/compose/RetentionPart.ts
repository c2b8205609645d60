import type { Environment } from '../interfaces/Environment.ts';
import type { RetentionPriority } from '../interfaces/RetentionPriority.ts';
import type { Room } from '../interfaces/Room.ts';
import type { DeviceStorage, StorageReport } from '../interfaces/Storage.ts';
import { Evictor } from '../retention/Evictor.ts';
import { StoredExpiries } from '../retention/StoredExpiries.ts';
import { storageReport } from '../retention/storageReport.ts';
import type { LocalPart, LocalPartOptions } from './LocalPart.ts';

export interface RetentionPartOptions extends LocalPartOptions {
  readonly local: LocalPart;
  readonly environment: Environment;
}

const tag = 'Retention';

/** How long what is on the device stays there: room for what is new, the end of what is over, and what the device says. */
export class RetentionPart implements Room {
  readonly #o: RetentionPartOptions;
  readonly #device: DeviceStorage | null;
  readonly #evictor: Evictor;
  readonly #expiries: StoredExpiries;
  readonly #priorityOfName = (entityName: string): RetentionPriority | undefined =>
    this.#o.core.settingsOf(entityName).retention;
  #hasAsked = false;

  constructor(options: RetentionPartOptions) {
    const { local, environment, core, given, engine, logger } = options;
    const { tier, outbox, metadata, cloud, flusher } = local;
    this.#o = options;
    this.#device = given.local === undefined ? null : (environment.storage?.() ?? null);
    const common = { local: tier, metadata, environment };
    this.#evictor = new Evictor({
      ...common,
      outbox,
      events: core.events,
      quota: given.quota ?? {},
      device: this.#device,
      priorityOfName: this.#priorityOfName,
      isPending: (entityName, id) => flusher.isPending(entityName, id),
      isKept: (entityName, entityKey) => cloud.link?.keeps(entityName, entityKey) ?? false,
    });
    this.#expiries = new StoredExpiries({
      ...common,
      clockOffset: () => cloud.clockOffset,
      rules: () => cloud.rules,
      onExpired: () => engine.noteEdit(),
    });
    if (given.quota?.share !== undefined && this.#device === null) {
      logger.w(tag, 'quota.share has no effect: this device does not say how much it lets an app store');
    }
  }

  /** Something was stored, or was there from before. */
  look(): void {
    this.#expiries.look();
    if (this.#device !== null && !this.#hasAsked && this.#o.local.tier.countActive() > 0) {
      this.#hasAsked = true;
      this.#ask(this.#device).catch((error) => this.#o.logger.w(tag, 'the device could not be asked', error));
    }
  }

  async keepWithin(): Promise<void> {
    if (this.#o.given.quota !== undefined) await this.#orTell(undefined, () => this.#evictor.keepWithin());
  }

  makeRoom(): Promise<boolean> {
    return this.#orTell(false, () => this.#evictor.makeRoom());
  }

  report(): Promise<StorageReport> {
    return storageReport(this.#o.local.tier, this.#device, this.#priorityOfName);
  }

  close(): void {
    this.#expiries.close();
  }

  /** Once there is something to lose, and not of somebody who only looks around: some browsers ask the user. */
  async #ask(device: DeviceStorage): Promise<void> {
    const isPersistent = (await device.persisted()) || (await device.persist());
    this.#o.logger.i(
      tag,
      isPersistent ? 'the device keeps the data' : 'the device may clear the data when it is short',
    );
    this.#o.core.events.emit({ type: 'persistence', isPersistent });
  }

  /** That no room could be made keeps nobody from what he was doing. */
  async #orTell<T>(otherwise: T, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      this.#o.logger.w(tag, 'no room could be made', error);
      return otherwise;
    }
  }
}
