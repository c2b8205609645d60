import {
  DataOrchestrator,
  type DataRepository,
  EntityKeyFieldStrategy,
  type EntitySettings,
  TierSyncError,
} from 'tiersync';
import { Faults } from '../support/Faults.ts';
import { TestEnvironment } from '../support/TestEnvironment.ts';
import type { History } from './History.ts';
import type { Medium } from './media.ts';

export interface Task {
  readonly label: string;
  readonly group?: string;
}

export type Entities = { readonly [entityName: string]: EntitySettings };

const settings: Entities = { Secret: { sync: false } };

/** One run of an app on a medium: what it writes and what it is promised goes into the history. */
export class Device {
  readonly environment = new TestEnvironment();
  readonly faults = new Faults();
  readonly problems: string[] = [];
  /** Failures that the app was told of, by a rejection or by an event. */
  readonly failures: unknown[] = [];
  readonly history: History;
  readonly #medium: Medium;
  #data: DataOrchestrator<{ [entityName: string]: Task }> | null = null;

  constructor(medium: Medium, history: History) {
    this.#medium = medium;
    this.history = history;
  }

  get data(): DataOrchestrator<{ [entityName: string]: Task }> {
    if (this.#data === null) throw new Error('open() comes first');
    return this.#data;
  }

  /** `isPatient`: a step that fails because of the medium is tried once more, as an app would. */
  async open(entities: Entities = settings): Promise<void> {
    const data = await this.#retrying(() =>
      DataOrchestrator.create({
        prefix: 'app',
        local: this.#medium.attach(this.faults),
        strategy: new EntityKeyFieldStrategy('group'),
        environment: this.environment,
        entities: entities as { Task: EntitySettings },
      }),
    );
    this.#data = data as unknown as DataOrchestrator<{ [entityName: string]: Task }>;
    data.events$.subscribe((event) => {
      if (event.type === 'problem') this.problems.push(event.problem.code);
      if (event.type === 'failed') this.failures.push(event.error);
      if (event.type !== 'changed' || event.source !== 'user') return;
      for (const { entityName, id, entity } of event.changes) {
        this.history.note(entityName, id, (entity as Task | null)?.label ?? null);
      }
    });
  }

  repo(entityName: string): DataRepository<Task> {
    return this.data.repo(entityName) as unknown as DataRepository<Task>;
  }

  save(entityName: string, id: string, label: string): void {
    this.repo(entityName).save({ id, label });
  }

  delete(entityName: string, id: string): void {
    // A deletion on a key that is not loaded changes nothing that anybody sees, so no event tells of it.
    this.history.note(entityName, id, null);
    this.repo(entityName).delete(id);
  }

  hardDelete(entityName: string, id: string): void {
    this.history.note(entityName, id, null);
    this.repo(entityName).hardDelete(id);
  }

  clear(entityName: string): void {
    for (const { id } of this.history.pasts(entityName)) this.history.note(entityName, id, null);
    this.repo(entityName).clear();
  }

  get(entityName: string, id: string): Promise<Task | null> {
    return this.#retrying(() => this.repo(entityName).get(id));
  }

  async update(entityName: string, id: string, label: string): Promise<void> {
    await this.#retrying(() => this.repo(entityName).update(id, { label }));
  }

  move(entityName: string, id: string, group: string): Promise<string> {
    return this.#retrying(() => this.repo(entityName).move(id, { group }));
  }

  async spoil(group: string): Promise<void> {
    this.history.spoil((id) => id.startsWith(`${group}.`));
    await this.#medium.spoil(`app.${group}`);
  }

  /** What was written before this call is confirmed if it resolves. */
  async flush(): Promise<void> {
    const confirm = this.history.mark();
    try {
      await this.data.flush();
      confirm();
    } catch (error) {
      this.#accept(error);
    }
  }

  async unload(): Promise<void> {
    const confirm = this.history.mark();
    await this.#retrying(() => this.data.unload());
    confirm();
  }

  /** Everything that should survive is on the medium. */
  async flushFully(): Promise<void> {
    const confirm = this.history.mark();
    await this.data.flush();
    confirm();
  }

  async #retrying<T>(step: () => Promise<T>): Promise<T> {
    try {
      return await step();
    } catch (error) {
      this.#accept(error);
      return step();
    }
  }

  #accept(error: unknown): void {
    if (!(error instanceof TierSyncError)) throw error;
    this.failures.push(error);
  }
}
