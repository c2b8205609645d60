import { DataEvents } from '../DataEvents.ts';
import { DataManager } from '../DataManager.ts';
import type { EntityKeyHandler } from '../EntityKeyHandler.ts';
import { Expiries } from '../Expiries.ts';
import { closedError } from '../errors.ts';
import type { Below } from '../interfaces/Below.ts';
import type { Basics } from '../interfaces/Environment.ts';
import type { ILogger } from '../interfaces/ILogger.ts';
import { Lifespan } from '../Lifespan.ts';
import { ObservableManager } from '../ObservableManager.ts';
import { StoreTier, type WriteLog } from '../tiers/StoreTier.ts';
import type { Taken } from './takeOptions.ts';

export interface CoreOptions {
  readonly freeze: boolean;
  readonly taken: Taken;
  readonly keys: EntityKeyHandler;
  readonly logger: ILogger;
  readonly log: () => WriteLog | null;
  readonly below: () => Below | null;
}

/** What every app has: entities in memory, written and read, watched and queried. */
export class Core {
  readonly life: Lifespan;
  readonly keys: EntityKeyHandler;
  readonly environment: Basics;
  readonly events: DataEvents = new DataEvents();
  readonly store: StoreTier;
  readonly expiries: Expiries;
  readonly data: DataManager;
  readonly observables: ObservableManager;
  readonly settingsOf: Taken['settingsOf'];
  readonly validated: Taken['validated'];

  constructor({ freeze, taken, keys, logger, log, below }: CoreOptions) {
    const { events } = this;
    const { environment, settingsOf, validated, entitiesOf, indexesOf } = taken;
    const life = new Lifespan(closedError);
    const keyOf = (id: string): string => keys.keyOf(id);
    const store = new StoreTier({ entitiesOf: (name) => entitiesOf(name, keyOf), log });
    const now = (): number => environment.now();
    const parts = { life, keys, keyOf, store, below, events, now };
    const expiries = new Expiries({ ...parts, environment });
    this.life = life;
    this.keys = keys;
    this.environment = environment;
    this.settingsOf = settingsOf;
    this.validated = validated;
    this.store = store;
    this.expiries = expiries;
    this.data = new DataManager({ ...parts, expiries, logger, freeze, settingsOf, validated });
    this.observables = new ObservableManager({ ...parts, expiries, indexesOf });
  }

  /** Refuses every call from now on, and ends what is watched: who heard of more could not ask back. */
  close(): void {
    this.life.end();
    this.events.close();
    this.expiries.close();
  }
}
