import type { DataEvent } from '../../interfaces/DataEvent.ts';
import type { OrchestratorOptions } from '../../interfaces/OrchestratorOptions.ts';
import type { SyncOptions } from '../../interfaces/SyncTypes.ts';

/** What the simulation needs of an `Observable`. */
export interface Watchable<T> {
  subscribe(listener: { next(value: T): void; error?(error: unknown): void }): { unsubscribe(): void };
}

/** An entity as a simulated app wrote it: `mark` says which write it is of, `end` repeats it, as its last field. */
export interface Marked {
  readonly id: string;
  readonly updatedAt: Date;
  readonly version: number;
  readonly mark: string;
  readonly end: string;
  readonly expiresAt?: Date;
  readonly retentionPriority?: number;
}

export interface SimulatedRepository {
  save(entity: object): string;
  delete(id: string): void;
  clear(): void;
  update(id: string, patch: object): Promise<unknown>;
  move(id: string, patch: object): Promise<string>;
  get(id: string): Promise<Marked | null>;
  peek(id: string): Marked | null | undefined;
  getAll(): Promise<readonly Marked[]>;
  observeAll(): Watchable<readonly Marked[]>;
  syncState(id: string): string | null;
}

export interface SimulatedConflict {
  readonly number: number;
  readonly entityName: string;
  readonly id: string;
  readonly local: object | null;
  readonly remote: object | null;
  readonly winner: object | null;
}

export interface SimulatedRefusal {
  readonly entityName: string;
  readonly id: string;
  retry(): void;
}

export interface SimulatedSync {
  forceSync(): Promise<unknown>;
  push(): Promise<unknown>;
  pull(): Promise<unknown>;
  goOffline(): unknown;
  goOnline(): unknown;
  readonly conflicts$: Watchable<readonly SimulatedConflict[]>;
  /** Needed only where a cloud refuses something. */
  readonly rejected$?: Watchable<readonly SimulatedRefusal[]>;
}

/** The part of `DataOrchestrator` that a simulated app uses. */
export interface SimulatedData {
  readonly events$: Watchable<DataEvent>;
  readonly sync?: SimulatedSync;
  repo(entityName: string): SimulatedRepository;
  batch(work: () => void): void;
  flush(level?: 'local' | 'cloud'): Promise<void>;
  setCloud?(cloud: unknown, options?: SyncOptions): Promise<unknown>;
  unload(): Promise<void>;
}

/** Options of one device, with the cloud as `makeCloud` made it. */
export type OpenOptions = OrchestratorOptions & { readonly cloud?: unknown };
export type Open = (options: OpenOptions) => Promise<SimulatedData>;
