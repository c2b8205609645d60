import type { Inspection, TierName } from 'tiersync';
import type { AnyData } from '../../watching/dataInUse.ts';
import type { Page } from '../page.ts';
import type { TierKeys } from '../tiles/keyStates.ts';
import { Repeated } from './Repeated.ts';

export interface TierSight extends TierKeys {
  /** When the cloud was looked at; null: it was not. */
  readonly cloudAt: number | null;
  /** What keeps it from being looked at. */
  readonly cloudFault: string | null;
  /** Another one with each look at the device. */
  readonly number: number;
}

export interface TierLooksOptions {
  readonly data: AnyData;
  readonly page: Page;
  readonly onChange: () => void;
}

/** Edits come in bursts. */
const deviceEveryMs = 200;
/** A cloud is asked and paid by the request. */
const cloudEveryMs = 1_000;

/** Looks at the tiers: at those of the device whenever something changes, at the cloud when something has come or gone. */
export class TierLooks {
  readonly #o: TierLooksOptions;
  readonly #device: Repeated;
  readonly #cloud: Repeated;
  readonly #events: { unsubscribe(): void };
  #inspection: Promise<Inspection> | null = null;
  #isClosed = false;
  #sight: TierSight = { memory: new Map(), local: null, cloud: null, cloudAt: null, cloudFault: null, number: 0 };

  constructor(options: TierLooksOptions) {
    const { data, page } = options;
    this.#o = options;
    this.#device = new Repeated({ page, everyMs: deviceEveryMs, work: () => this.#lookAtDevice() });
    this.#cloud = new Repeated({ page, everyMs: cloudEveryMs, work: () => this.#lookAtCloud() });
    this.#events = data.events$.subscribe(() => this.#device.ask());
    this.#device.ask();
    this.#cloud.ask();
  }

  get sight(): TierSight {
    return this.#sight;
  }

  /** Something happened that no event tells of. */
  lookAtDevice(): void {
    this.#device.ask();
  }

  lookAtCloud(): void {
    this.#device.ask();
    this.#cloud.ask();
  }

  async records(tier: TierName, entityKey: string): ReturnType<Inspection['records']> {
    return (await this.#inspect()).records(tier, entityKey);
  }

  close(): void {
    this.#isClosed = true;
    this.#events.unsubscribe();
    this.#device.close();
    this.#cloud.close();
  }

  async #lookAtDevice(): Promise<void> {
    const inspection = await this.#inspect();
    if (this.#isClosed) return;
    const { memory, local } = await inspection.device();
    this.#note({ memory, local, number: this.#sight.number + 1 });
  }

  async #lookAtCloud(): Promise<void> {
    const { data, page } = this.#o;
    if (!data.sync.isOnline()) return;
    try {
      const inspection = await this.#inspect();
      if (this.#isClosed) return;
      const cloud = await inspection.cloud();
      this.#note({ cloud, cloudAt: cloud === null ? null : page.now(), cloudFault: null });
    } catch (error) {
      this.#note({ cloudFault: error instanceof Error ? error.message : String(error) });
    }
  }

  #inspect(): Promise<Inspection> {
    this.#inspection ??= this.#o.data.inspect();
    return this.#inspection;
  }

  #note(part: Partial<TierSight>): void {
    this.#sight = { ...this.#sight, ...part };
    this.#o.onChange();
  }
}
