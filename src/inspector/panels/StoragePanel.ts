import type { StorageReport } from 'tiersync';
import { make } from '../dom/make.ts';
import { bytesText, countText, many } from '../values/texts.ts';

export interface StoragePanelOptions {
  readonly count: () => Promise<StorageReport>;
  readonly onCounted: (report: StorageReport) => void;
}

/** 1 to 5, as `RetentionPriority` has them. */
const priorities = ['critical', 'high', 'medium', 'low', 'temporary'];

/** What stands on the device, counted when somebody wants to know: all of it is read for that. */
export class StoragePanel {
  readonly root: HTMLElement;
  readonly #o: StoragePanelOptions;
  readonly #report = make('div', { class: 'report' });
  readonly #button: HTMLButtonElement;
  #hasCounted = false;
  #isCounting = false;

  constructor(options: StoragePanelOptions) {
    this.#o = options;
    this.#button = make('button', { type: 'button', class: 'button', onclick: () => void this.#count() }, 'Count');
    this.root = make('div', {}, this.#report, this.#button);
  }

  /** Somebody looks here. */
  open(): void {
    if (!this.#hasCounted) void this.#count();
  }

  async #count(): Promise<void> {
    if (this.#isCounting) return;
    this.#isCounting = true;
    this.#button.textContent = 'Counting…';
    try {
      const report = await this.#o.count();
      this.#hasCounted = true;
      this.#o.onCounted(report);
      this.#report.replaceChildren(...reportOf(report));
    } catch (error) {
      this.#report.replaceChildren(
        make('p', { class: 'fault' }, error instanceof Error ? error.message : String(error)),
      );
    }
    this.#button.textContent = 'Count again';
    this.#isCounting = false;
  }
}

function reportOf({
  bytes,
  entities,
  evicted,
  byName,
  byPriority,
  device,
  isPersistent,
}: StorageReport): HTMLElement[] {
  const names = Object.entries(byName).sort(([, a], [, b]) => b.bytes - a.bytes);
  const kept = {
    true: 'The device keeps it until the user clears it.',
    false: 'The device may clear it when it is short of room.',
  };
  const gone = evicted > 0 ? `, ${many(evicted, 'more', 'more')} in the cloud only` : '';
  const facts = [
    `${many(entities, 'entity', 'entities')} take ${bytesText(bytes)} here${gone}.`,
    ...(isPersistent === null ? [] : [kept[`${isPersistent}`]]),
  ];
  return [
    make('p', {}, facts.join(' ')),
    ...(device === null ? [] : [quotaOf(device)]),
    tableOf(
      'Name',
      names.map(([name, use]) => [name, countText(use.entities), bytesText(use.bytes)]),
    ),
    tableOf(
      'Priority',
      Object.values(byPriority)
        .map((use, i) => [priorities[i] as string, countText(use.entities), bytesText(use.bytes)] as const)
        .filter(([, count]) => count !== '0'),
    ),
  ];
}

function quotaOf({ usage, quota }: { readonly usage: number; readonly quota: number }): HTMLElement {
  const share = quota === 0 ? 0 : usage / quota;
  return make(
    'p',
    { class: 'quota' },
    make('meter', { min: 0, max: 1, value: share, 'aria-label': 'Part of what the device lets this site have' }),
    `${bytesText(usage)} of ${bytesText(quota)} that the device lets this site have (${(share * 100).toFixed(1)} %)`,
  );
}

function tableOf(title: string, rows: readonly (readonly string[])[]): HTMLElement {
  const head = [title, 'Entities', 'Size'].map((text) => make('th', { scope: 'col' }, text));
  const body = rows.map(([name = '', ...cells]) =>
    make('tr', {}, make('th', { scope: 'row' }, name), ...cells.map((text) => make('td', {}, text))),
  );
  return make('table', { class: 'sizes' }, make('thead', {}, make('tr', {}, ...head)), make('tbody', {}, ...body));
}
