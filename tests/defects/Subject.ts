import type { Observable } from 'rxjs';
import type { IEntityKeyStrategy } from '../../src/interfaces/IEntityKeyStrategy.ts';
import type { IPersistence } from '../../src/interfaces/IPersistence.ts';
import type { IStore } from '../../src/interfaces/IStore.ts';
import type { World } from './World.ts';

export type Row = { readonly id: string; readonly [field: string]: unknown };
export type RowDraft = { id?: string; createdAt?: Date; [field: string]: unknown };

/** What a scenario needs of a data layer; implemented over tiersync and over the naive build. */
export interface Subject {
  readonly name: 'naive' | 'tiersync';
  load(options: LoadOptions): Promise<Instance>;
  /** The same library in a new process. */
  restarted(): Subject;
  /** The partition by year of that field that this library recommends. */
  yearStrategy(world: World, field?: string): IEntityKeyStrategy;
  /** Opens one and the same place for named texts, each time as another device. */
  sharedFiles(): Promise<{ open(): SharedFiles; remove(): Promise<void> }>;
}

export interface LoadOptions {
  readonly world: World;
  readonly local: IPersistence;
  readonly cloud?: IPersistence;
  readonly store?: IStore;
  readonly strategy?: IEntityKeyStrategy;
  readonly prefix?: string;
}

export interface Instance {
  repo(name: string): Repo;
  /** Until everything saved so far is in the local tier. */
  flush(): Promise<void>;
  /** One round with the cloud. */
  sync(): Promise<void>;
  unload(): Promise<void>;
}

export interface Repo {
  save(entity: RowDraft): string;
  get(id: string): Promise<Row | null>;
  getAll(query?: { readonly [option: string]: unknown }): Promise<readonly Row[]>;
  delete(id: string): void;
  /** Gives the entity other values that may belong into another partition. */
  move(id: string, patch: { readonly [field: string]: unknown }): Promise<void>;
  observe(id: string): Observable<Row | null>;
  observeAll(query?: { readonly [option: string]: unknown }): Observable<readonly Row[]>;
}

export interface SharedFiles {
  get(name: string): Promise<string | null>;
  put(name: string, content: string): Promise<void>;
  names(): Promise<string[]>;
}

/** What a scenario throws when the defect is there, and only then: a crash for another reason proves nothing. */
export class DefectShown extends Error {
  override readonly name = 'DefectShown';
}

export function expectSound(sound: boolean, defect: string): asserts sound {
  if (!sound) throw new DefectShown(defect);
}

/** Says how to show one defect. */
export interface DefectCase {
  readonly id: string;
  readonly title: string;
  readonly scenario: (subject: Subject) => Promise<void>;
}
