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

/** How long edits may wait. */
export interface Intervals {
  /** After this long without an edit, memory is written to the local tier. */
  readonly localQuietMs: number;
  /** While edits keep coming, it is written this often. */
  readonly localMaxMs: number;
  /** After this long without an edit, the local tier is synced with the cloud. */
  readonly cloudQuietMs: number;
  /** While edits keep coming, it is synced this often. */
  readonly cloudMaxMs: number;
  /** Without any edit, others' changes are looked for this often. */
  readonly pullMs: number;
}

/** What `DataOrchestrator.load` and `create` take. Only `prefix` has to be said. */
export interface OrchestratorOptions {
  /** What all entity keys begin with, so that several apps or users can share one place. */
  readonly prefix: string;
  /** The fast store in memory. */
  readonly store?: IStore;
  /** What survives a restart. Without it data lives in memory only. */
  readonly local?: IPersistence | IBucket;
  /** What many devices share: a bucket, a server or backend, or any other place for blobs. */
  readonly cloud?: IPersistence | IBucket | ITier;
  /** How the cloud is used. */
  readonly sync?: SyncOptions;
  /** What becomes of two versions that were made without knowing of each other; the later one wins unless told. */
  readonly conflictStrategy?: ConflictStrategy;
  /** Decides conflicts where the strategy is `custom`, which it is if only this is given. */
  readonly conflictResolver?: IConflictResolver;
  /** Told of every sync, for those who measure. */
  readonly telemetry?: (event: SyncTelemetry) => void;
  /** How much the local tier may take. What goes beyond it, and what matters least, is left to the cloud. */
  readonly quota?: Quota;
  /** Which entity goes where; one global key if left out. */
  // biome-ignore lint/suspicious/noExplicitAny: each strategy has filters of its own
  readonly strategy?: IEntityKeyStrategy<any>;
  /** Warnings and failures go to the console unless told. */
  readonly logger?: ILogger;
  /** By entity name. */
  readonly entities?: { readonly [entityName: string]: EntitySettings };
  /** When things are written and synced. */
  readonly intervals?: Partial<Intervals>;
  /** What of the outside world is another one: a clock for a test, for instance. */
  readonly environment?: Partial<Environment>;
  /** False: entities are copied and checked, but not frozen. Only for those who measured that they need it. */
  readonly freeze?: boolean;
}

/** The entity types that the schemas in `entities` describe. */
export type EntitiesOf<Options> = Options extends { readonly entities: infer Settings }
  ? {
      [Name in keyof Settings]: Settings[Name] extends { readonly schema: infer S }
        ? SchemaOutput<S>
        : Record<string, unknown>;
    }
  : Registered;

/**
 * Declare your entity types once, for the singleton:
 *
 *     declare module 'tiersync' { interface Register { entities: { User: User } } }
 */
// biome-ignore lint/suspicious/noEmptyInterface: filled by declaration merging
export interface Register {}

/** The entity types that were declared by `Register`; none, where nobody has. */
export type Registered = Register extends { readonly entities: infer Entities } ? Entities : Record<never, never>;
