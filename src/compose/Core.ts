import { readDraft } from '../blob/readDraft.ts';
import { DataEvents } from '../DataEvents.ts';
import { DataManager } from '../DataManager.ts';
import type { EntityKeyHandler } from '../EntityKeyHandler.ts';
import { Expiries } from '../Expiries.ts';
import { closedError } from '../errors.ts';
import type { Below } from '../interfaces/Below.ts';
import type { AnyEntity } from '../interfaces/Entity.ts';
import type { EntitySettings } from '../interfaces/EntitySettings.ts';
import type { Basics } from '../interfaces/Environment.ts';
import type { ILogger } from '../interfaces/ILogger.ts';
import type { OrchestratorOptions } from '../interfaces/OrchestratorOptions.ts';
import { Lifespan } from '../Lifespan.ts';
import { ObservableManager } from '../ObservableManager.ts';
import { type EntityMap, StoreTier, type WriteLog } from '../tiers/StoreTier.ts';
import type { Taken } from './takeOptions.ts';

export interface CoreOptions {
  readonly options: OrchestratorOptions;
  readonly taken: Taken;
  readonly keys: EntityKeyHandler;
  readonly logger: ILogger;
  readonly log: () => WriteLog | null;
  readonly below: () => Below | null;
}

const none: EntitySettings = Object.freeze({});

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
  /** What the app said about its entities; a name that nobody mentioned is as good as any. */
  readonly settingsOf: (entityName: string) => EntitySettings;
  /** What the schema of a name makes of a draft. */
  readonly validated: (entityName: string, draft: object) => object;

  constructor({ options, taken, keys, logger, log, below }: CoreOptions) {
    const { events } = this;
    const { environment, entitiesIn, Indexes, validate } = taken;
    const life = new Lifespan(closedError);
    const { store: given } = options;
    const settingsOf = (name: string): EntitySettings => options.entities?.[name] ?? none;
    const keyOf = (id: string): string => keys.keyOf(id);
    const entitiesOf = (name: string): EntityMap =>
      given && entitiesIn ? entitiesIn(given, name, keyOf) : new Map<string, AnyEntity>();
    const store = new StoreTier({ entitiesOf, log });
    const now = (): number => environment.now();
    const parts = { life, keys, keyOf, store, below, events, now };
    const expiries = new Expiries({ ...parts, environment });
    const validated = (name: string, draft: object): object => {
      const { schema } = settingsOf(name);
      return schema && validate ? readDraft(name, validate(name, schema, draft)) : draft;
    };
    this.life = life;
    this.keys = keys;
    this.environment = environment;
    this.settingsOf = settingsOf;
    this.validated = validated;
    this.store = store;
    this.expiries = expiries;
    const { freeze = true } = options;
    this.data = new DataManager({ ...parts, expiries, logger, freeze, settingsOf, validated });
    this.observables = new ObservableManager({
      ...parts,
      expiries,
      indexesOf: (name, source) => {
        const { indexes = [] } = settingsOf(name);
        return indexes.length > 0 && Indexes ? new Indexes(indexes, source) : null;
      },
    });
  }

  /** Refuses every call from now on, and ends what is watched: who heard of more could not ask back. */
  close(): void {
    this.life.end();
    this.events.close();
    this.expiries.close();
  }
}
