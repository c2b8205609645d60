import stableText from 'fast-json-stable-stringify';
import type { Observable } from 'rxjs';
import {
  DataOrchestrator,
  type DataRepository,
  EntityKeyFieldStrategy,
  type IPersistence,
  type OrchestratorOptions,
  silentLogger,
} from 'tiersync';
import { Faults } from '../support/Faults.ts';
import { FaultyPersistence } from '../support/FaultyPersistence.ts';
import { TestBrowser, type TestTab } from '../support/TestBrowser.ts';
import { settle, TestEnvironment } from '../support/TestEnvironment.ts';
import { type DiskAbilities, TextDisk } from '../support/TextDisk.ts';
import type { Note } from '../sync/Fleet.ts';

type Options = Partial<Omit<OrchestratorOptions, 'prefix' | 'local' | 'environment'>>;

let seeds = 1;

/** One browser: what its tabs share. */
export class Browser {
  readonly tabs = new TestBrowser();
  readonly disk = new TextDisk();
  readonly opened: Tab[] = [];
  readonly abilities: DiskAbilities;

  constructor(abilities: DiskAbilities = { storeMany: true, listKeys: true, exclusive: true }) {
    this.abilities = abilities;
  }

  async open(options: Options = {}): Promise<Tab> {
    const tab = new Tab(this, options);
    this.opened.push(tab);
    await tab.load();
    return tab;
  }

  /** Lets a second pass in all tabs, and all they say to each other arrive. */
  async pass(ms = 1_000): Promise<void> {
    const alive = this.opened.filter(({ own }) => !own.isDead);
    for (const { environment } of alive) await environment.advance(ms);
    for (const { environment } of alive) await environment.advance(0);
  }
}

/** One tab with the app in it. */
export class Tab {
  readonly browser: Browser;
  readonly options: Options;
  readonly own: TestTab;
  readonly environment: TestEnvironment;
  readonly faults = new Faults();
  readonly events: string[] = [];
  readonly problems: string[] = [];
  data!: DataOrchestrator<{ [name: string]: Note }>;

  constructor(browser: Browser, options: Options) {
    this.browser = browser;
    this.options = options;
    this.own = browser.tabs.open();
    this.environment = new TestEnvironment({ seed: seeds++ });
  }

  async load(open: 'create' | 'load' = 'create'): Promise<void> {
    const { browser, own, environment } = this;
    const local = new FaultyPersistence(browser.disk.open(browser.abilities), this.faults);
    const sharedAs = browser.abilities.exclusive ? { sharedAs: 'the disk' } : {};
    const data = await DataOrchestrator[open]({
      prefix: 'app',
      strategy: new EntityKeyFieldStrategy('group'),
      logger: silentLogger,
      ...this.options,
      local: Object.assign(local, sharedAs) as IPersistence,
      environment: Object.assign(environment, { tabs: own }),
    } as OrchestratorOptions);
    this.data = data as unknown as DataOrchestrator<{ [name: string]: Note }>;
    data.events$.subscribe((event) => {
      if (event.type === 'changed') this.events.push(`${event.source} ${event.changes.map(({ id }) => id).join(' ')}`);
      if (event.type === 'problem') this.problems.push(event.problem.code);
    });
  }

  get notes(): DataRepository<Note> {
    return this.data.repo('Note') as unknown as DataRepository<Note>;
  }

  save(id: string, label: string, more: object = {}): void {
    this.notes.save({ id, label, ...more });
  }

  label(id: string): string | null | undefined {
    const note = this.notes.peek(id);
    return note === undefined ? undefined : ((note?.label as string | undefined) ?? null);
  }

  async flush(): Promise<void> {
    await this.data.flush();
    await settle();
  }

  async all(name = 'Note'): Promise<unknown> {
    return JSON.parse(stableText(await this.data.repo(name).getAll({ sort: [{ field: 'id', direction: 'asc' }] })));
  }

  /** Without a word to anybody. */
  kill(): void {
    this.own.kill();
    this.faults.die();
  }
}

/** What is shown now. */
export function latest<T>(source: Pick<Observable<T>, 'subscribe'>): T {
  const seen: T[] = [];
  source.subscribe((value) => seen.push(value)).unsubscribe();
  return seen.at(-1) as T;
}
