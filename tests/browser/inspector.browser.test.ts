import {
  DataOrchestrator,
  EntityKeyFieldStrategy,
  type IBucket,
  type ITier,
  MemoryBucket,
  type OrchestratorOptions,
  silentLogger,
} from 'tiersync';
import { defineInspector, type TierSyncInspector } from 'tiersync/inspector';
import { afterEach, expect, test } from 'vitest';
import { Faults } from '../support/Faults.ts';
import { Backend, SharedDouble } from '../sync/SharedDouble.ts';
import { counted } from './CountedData.ts';

interface Note {
  readonly group: string;
  readonly text: string;
}

type Data = DataOrchestrator<{ Note: Note }>;

defineInspector();

const opened: Data[] = [];
/** The cloud is looked at once a second. */
const patience = { timeout: 10_000 };

afterEach(async () => {
  document.body.replaceChildren();
  for (const data of opened.splice(0)) await data.unload();
  document.title = '';
});

async function open(cloud?: IBucket | ITier, options: Partial<OrchestratorOptions> = {}): Promise<Data> {
  const data = (await DataOrchestrator.create({
    prefix: 'app',
    strategy: new EntityKeyFieldStrategy('group'),
    logger: silentLogger,
    sync: { autoStart: false },
    ...(cloud === undefined ? {} : { cloud }),
    ...options,
  })) as unknown as Data;
  opened.push(data);
  return data;
}

/** The element on the page, handled as a person does. */
class Shown {
  readonly element: TierSyncInspector;

  constructor(data: Data) {
    this.element = document.createElement('tiersync-inspector');
    this.element.data = data;
    document.body.append(this.element);
  }

  get root(): ShadowRoot {
    return this.element.shadowRoot as ShadowRoot;
  }

  get text(): string {
    return this.root.textContent ?? '';
  }

  all<E extends Element = HTMLElement>(selector: string): E[] {
    return [...this.root.querySelectorAll<E>(selector)];
  }

  /** What has this name, to whoever cannot see. */
  named(name: string): HTMLElement {
    const found = this.all('button, [aria-label]').find((one) => (one.ariaLabel ?? one.textContent)?.startsWith(name));
    if (found === undefined) throw new Error(`there is no ${name}`);
    return found;
  }

  press(element: HTMLElement, key: string): void {
    element.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }));
  }

  async says(text: string): Promise<void> {
    await expect.poll(() => this.text, patience).toContain(text);
  }

  /** Entities in memory, on the device and in the cloud. */
  counts(): string {
    return this.all('.tier-count')
      .map(({ textContent }) => textContent)
      .join(' | ');
  }
}

/** The data as an inspector sees it, and how much of it is looked at. */
async function watched(data: Data) {
  const inspection = await data.inspect();
  const names = ['status$', 'reason$', 'stats$', 'progress$', 'pending$', 'conflicts$', 'rejected$', 'clockSkew$'];
  const streams = names.map((name) => [name, counted(data.sync[name as 'status$'])] as const);
  const events = counted(data.events$);
  const seen = { looks: 0 };
  const inspect = async () => ({
    device() {
      seen.looks++;
      return inspection.device();
    },
    cloud: () => inspection.cloud(),
  });
  const given = Object.fromEntries(streams.map(([name, { stream }]) => [name, stream]));
  const sync = { ...given, isOnline: () => data.sync.isOnline() };
  return {
    data: { sync, inspect, events$: events.stream } as never,
    seen,
    listeners: (): number[] => [events, ...streams.map(([, one]) => one)].map((one) => one.open()),
  };
}

test('[IN6] nothing is looked at before it is mounted, nor after it was taken off the page', async () => {
  const data = await open(new MemoryBucket());
  const [first, second] = [await watched(data), await watched(data)];
  const element = document.createElement('tiersync-inspector');
  element.data = first.data;
  expect([...first.listeners(), first.seen.looks]).toEqual(Array(10).fill(0));
  document.body.append(element);
  expect(first.listeners()).toEqual(Array(9).fill(1));
  await expect.poll(() => first.seen.looks).toBe(1);
  element.remove();
  expect(first.listeners()).toEqual(Array(9).fill(0));
  // Another one sees what happens from now on.
  const other = document.createElement('tiersync-inspector');
  other.data = second.data;
  document.body.append(other);
  data.repo('Note').save({ group: 'x', text: 'one' });
  await data.flush('cloud');
  await expect.poll(() => other.shadowRoot?.textContent, patience).toContain('1 pushed');
  await expect.poll(() => other.shadowRoot?.textContent, patience).toContain('Cloud1 entity');
  expect([first.seen.looks, element.shadowRoot?.childElementCount]).toEqual([1, 0]);
});

test('[IN6] without data it shows the singleton, and says so where there is none', async () => {
  const element = document.createElement('tiersync-inspector');
  document.body.append(element);
  expect(element.shadowRoot?.textContent).toContain('nothing is loaded');
  const data = await DataOrchestrator.load({ prefix: 'single', logger: silentLogger });
  data.repo<Note>('Note').save({ group: 'x', text: 'one' });
  const other = document.createElement('tiersync-inspector');
  document.body.append(other);
  await expect.poll(() => other.shadowRoot?.textContent).toContain('1 entity');
  await DataOrchestrator.unload();
});

test('[IN8] after the data was unloaded it says so, and so do its buttons', async () => {
  const data = await open(new MemoryBucket());
  const shown = new Shown(data);
  await shown.says('Nothing is stored yet.');
  await data.unload();
  await shown.says('Unloaded');
  for (const name of ['Go online', 'Push']) {
    shown.named(name).click();
    await shown.says('this sync was destroyed');
    shown.named('Dismiss').click();
  }
});

test('[IN7] text of a record is shown as text, whatever stands in it', async () => {
  const data = await open(new MemoryBucket());
  const markup = `<img src=x onerror="document.title='run'"><b>bold</b>`;
  data.repo(markup.slice(0, 4).replace('<', 'n')).save({ group: 'x', text: markup } as never);
  data.repo('Note').save({ id: `${markup.replaceAll('.', '')}.1`, group: 'y', text: markup } as never);
  const shown = new Shown(data);
  await shown.says('2 entities');
  for (const option of shown.all<HTMLOptionElement>('option')) {
    const chooser = option.parentElement as HTMLSelectElement;
    chooser.value = option.value;
    chooser.dispatchEvent(new Event('change'));
    await expect.poll(() => shown.all('.row').length).toBe(1);
    shown.all('.row')[0]?.click();
    await expect.poll(() => shown.all('pre')[0]?.textContent).toContain('<b>bold</b>');
  }
  expect(shown.all('img, b')).toEqual([]);
  expect(document.title).toBe('');
});

test('[IN8] the buttons push, pull, plan and take it offline, and the tiers show what came of it', async () => {
  const cloud = new MemoryBucket();
  const data = await open(cloud);
  const other = await open(cloud);
  data.repo('Note').save({ group: 'x', text: 'one' });
  await data.flush();
  const shown = new Shown(data);
  await expect.poll(() => shown.counts(), patience).toBe('1 entity | 1 entity | 0 entities');
  shown.named('Plan').click();
  await shown.says('A sync would send 1 new, 0 changed, 0 deleted, and fetch nothing');
  shown.named('Push').click();
  await shown.says('Sent.');
  await expect.poll(() => shown.counts(), patience).toBe('1 entity | 1 entity | 1 entity');
  await other.sync.pull();
  other.repo('Note').save({ group: 'y', text: 'two' });
  await other.sync.push();
  shown.named('Pull').click();
  await expect.poll(() => shown.counts(), patience).toBe('1 entity | 2 entities | 2 entities');
  shown.named('Go offline').click();
  await shown.says('Go online');
  expect(data.sync.isOnline()).toBe(false);
  shown.named('Push').click();
  await shown.says('this device is offline');
  shown.named('Dismiss').click();
  shown.named('Go online').click();
  expect(data.sync.isOnline()).toBe(true);
  expect(shown.all('.run.moved')[0]?.getAttribute('d')?.match(/M/g)).toHaveLength(2);
});

test('[IN15] a conflict shows both versions field by field, and what was lost is restored', async () => {
  const cloud = new MemoryBucket();
  const [data, other] = [await open(cloud), await open(cloud)];
  const notes = data.repo('Note');
  const id = notes.save({ group: 'x', text: 'one' });
  await data.sync.push();
  await other.sync.pull();
  await other.repo('Note').update(id, { text: 'theirs' });
  await other.sync.push();
  await notes.update(id, { text: 'mine' });
  await data.sync.push();
  const shown = new Shown(data);
  shown.named('Conflicts').click();
  await expect.poll(() => shown.all('article td').map((cell) => cell.textContent)).toHaveLength(3);
  const cells = shown.all('article td').map((cell) => cell.textContent?.replace(' kept', ' *'));
  const won = notes.peek(id)?.text;
  expect(cells).toEqual(['one', won === 'mine' ? 'mine *' : 'mine', won === 'theirs' ? 'theirs *' : 'theirs']);
  shown.named('Restore what was lost of Note').click();
  await expect.poll(() => notes.peek(id)?.text).toBe(won === 'mine' ? 'theirs' : 'mine');
  await expect.poll(() => shown.all('article').length).toBe(0);
});

test('[IN15] what the cloud refuses is shown with its reason, and is tried again or taken back', async () => {
  const backend = new Backend();
  const data = await open(new SharedDouble(backend, new Faults()));
  const notes = data.repo('Note');
  backend.refuse = () => 'too long';
  const [kept, gone] = notes.saveMany([
    { group: 'x', text: 'one' },
    { group: 'x', text: 'two' },
  ]) as [string, string];
  await data.sync.push();
  const shown = new Shown(data);
  shown.named('Refused').click();
  await expect.poll(() => shown.all('article').length).toBe(2);
  expect(shown.all('article')[0]?.textContent).toContain('invalid-entity too long');
  shown.named(`Discard Note ${gone}`).click();
  await expect.poll(() => notes.peek(gone)).toBeNull();
  backend.refuse = () => null;
  shown.named(`Retry Note ${kept}`).click();
  await expect.poll(() => shown.all('article').length).toBe(0);
  expect(backend.records('app.x').map((record) => record.id)).toEqual([kept]);
});

test('[IN16] keys and records are reached by keyboard, and named to whoever cannot see them', async () => {
  const data = await open(new MemoryBucket());
  data.repo('Note').saveMany(['a', 'b', 'c'].map((group) => ({ group, text: group })));
  await data.flush();
  const shown = new Shown(data);
  await shown.says('3 keys');
  const map = shown.named('Entity keys');
  map.focus();
  const option = (): Element | null => shown.root.getElementById(map.getAttribute('aria-activedescendant') ?? '');
  expect(option()?.textContent).toMatch(/^app\.a: memory 1/);
  expect(option()?.getAttribute('aria-setsize')).toBe('3');
  shown.press(map, 'End');
  expect(option()?.textContent).toMatch(/^app\.c: memory 1/);
  shown.press(map, 'Enter');
  await expect.poll(() => shown.all<HTMLSelectElement>('select')[0]?.value).toBe('app.c');
  await expect.poll(() => shown.all('.row').length).toBe(1);
  const tabs = shown.all('[role=tab]');
  tabs[0]?.focus();
  shown.press(tabs[0]!, 'ArrowLeft');
  expect(shown.root.activeElement?.textContent).toBe('Storage');
  await shown.says('3 entities take');
  shown.press(tabs[4]!, 'Home');
  expect(shown.all('[role=tabpanel]:not([hidden])').map((panel) => panel.id)).toEqual(['panel-records']);
});

test('[IN17] fifteen hundred keys are a few elements, and records come a page at a time', async () => {
  const data = await open();
  const notes = data.repo('Note');
  notes.saveMany(Array.from({ length: 1_500 }, (_, i) => ({ group: `g${1_000 + i}`, text: 'one' })));
  notes.saveMany(Array.from({ length: 119 }, (_, i) => ({ group: 'g1000', text: `number ${i}` })));
  const shown = new Shown(data);
  await shown.says('1,500 keys');
  await shown.says('1–50 of 120');
  expect(shown.all('.tile')[1]?.getAttribute('d')?.match(/M/g)).toHaveLength(1_500);
  expect(shown.all('*').length - shown.all('option').length).toBeLessThan(1_000);
  const page = (): number => shown.all('.row').length;
  expect(page()).toBe(50);
  shown.named('Next').click();
  shown.named('Next').click();
  expect(page()).toBe(20);
  const filter = shown.all<HTMLInputElement>('input')[0]!;
  filter.value = 'NUMBER 11';
  filter.dispatchEvent(new Event('input'));
  expect(page()).toBe(10);
});

test('[IN18] light and dark follow the system, the page, or what is said', async () => {
  const shown = new Shown(await open());
  const schemeAs = (theme: string | null): string => {
    if (theme === null) shown.element.removeAttribute('theme');
    else shown.element.setAttribute('theme', theme);
    return getComputedStyle(shown.element).colorScheme;
  };
  document.body.append(shown.element);
  document.documentElement.style.colorScheme = 'dark';
  expect([null, 'light', 'dark', 'page'].map(schemeAs)).toEqual(['light dark', 'light', 'dark', 'dark']);
  const surfaceIn = (theme: string): string => {
    schemeAs(theme);
    return getComputedStyle(shown.element).backgroundColor;
  };
  expect(['light', 'dark'].map(surfaceIn)).toEqual(['rgb(255, 255, 255)', 'rgb(27, 30, 35)']);
  document.documentElement.style.colorScheme = '';
});
