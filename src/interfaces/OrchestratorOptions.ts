import type { EntitySettings } from './EntitySettings.ts';
import type { Environment } from './Environment.ts';
import type { IBucket } from './IBucket.ts';
import type { IEntityKeyStrategy } from './IEntityKeyStrategy.ts';
import type { ILogger } from './ILogger.ts';
import type { IPersistence } from './IPersistence.ts';
import type { IStore } from './IStore.ts';
import type { ITier } from './ITier.ts';
import type { SchemaOutput } from './StandardSchema.ts';
import type { Quota } from './Storage.ts';
import type { ConflictStrategy, IConflictResolver, SyncOptions, SyncTelemetry } from './SyncTypes.ts';

/** When edits are written and synced, in milliseconds. */
export interface Intervals {
  /** Edits are written to the local tier after this long without another one. Default: 500. */
  readonly localQuietMs: number;
  /** While edits keep coming, they are written at least this often. Default: 3,000. */
  readonly localMaxMs: number;
  /** Edits are sent to the cloud after this long without another one. Default: 10,000. */
  readonly cloudQuietMs: number;
  /** While edits keep coming, they are sent at least this often. Default: 60,000. */
  readonly cloudMaxMs: number;
  /** Without edits of one's own, the changes of others are looked for this often. 0: never. Default: 300,000. */
  readonly pullMs: number;
}

/** What `DataOrchestrator.load` and `create` take. Only `prefix` is required. */
export interface OrchestratorOptions {
  /** Begins every key this app stores, so that several apps or users can share one place. */
  readonly prefix: string;
  /** The fast store in memory. Default: a `MemoryStore`. */
  readonly store?: IStore;
  /** Where data survives a restart, for example `new IndexedDbPersistence('my-app')`. Without it, data lives in memory only. */
  readonly local?: IPersistence | IBucket;
  /** What devices share: a bucket, or what `createServerTier` or `createBackendTier` returns. Can be attached later: `setCloud`. */
  readonly cloud?: IPersistence | IBucket | ITier;
  /** How the cloud is used. */
  readonly sync?: SyncOptions;
  /** How it is decided when two devices changed the same entity. Default: `last-write-wins`. */
  readonly conflictStrategy?: ConflictStrategy;
  /** Decides conflicts where the strategy is `custom`. Given alone, it makes the strategy `custom`. */
  readonly conflictResolver?: IConflictResolver;
  /** Called after every sync with what it did, for measuring. */
  readonly telemetry?: (event: SyncTelemetry) => void;
  /** How much the local tier may take. What exceeds it is kept in the cloud only. Default: no limit. */
  readonly quota?: Quota;
  /** Which entities are kept and loaded together. Default: `EntityKeyGlobalStrategy`, which keeps all in one key. */
  // biome-ignore lint/suspicious/noExplicitAny: each strategy has filters of its own
  readonly strategy?: IEntityKeyStrategy<any>;
  /** Where the log goes. Default: warnings and failures go to the console. */
  readonly logger?: ILogger;
  /** Schemas and other settings, by entity name. */
  readonly entities?: { readonly [entityName: string]: EntitySettings };
  /** When edits are written and synced. */
  readonly intervals?: Partial<Intervals>;
  /** Parts of the outside world to replace: a clock for a test, for instance. */
  readonly environment?: Partial<Environment>;
  /** `false`: entities are copied and checked, but not frozen. Only if you have measured that you need it. Default: true. */
  readonly freeze?: boolean;
}

/** The entity types by name, from the schemas in `entities`. */
export type EntitiesOf<Options> = Options extends { readonly entities: infer Settings }
  ? {
      [Name in keyof Settings]: Settings[Name] extends { readonly schema: infer S }
        ? SchemaOutput<S>
        : Record<string, unknown>;
    }
  : Registered;

/**
 * Declare your entity types here once, and `repo` of the singleton and the hooks know them:
 *
 *     declare module 'tiersync' { interface Register { entities: { User: User } } }
 */
// biome-ignore lint/suspicious/noEmptyInterface: filled by declaration merging
export interface Register {}

/** The entity types that were declared by `Register`; none without a declaration. */
export type Registered = Register extends { readonly entities: infer Entities } ? Entities : Record<never, never>;
