import { Keyed } from '../dom/keyed.ts';
import { make, say, setAll } from '../dom/make.ts';
import type { RecordRow } from '../values/recordRows.ts';
import { countText } from '../values/texts.ts';

const onPage = 50;

/** The records of a key, a page at a time, and of those only what the filter leaves. */
export class RecordList {
  readonly root: HTMLElement;
  readonly #onPick: (row: RecordRow) => void;
  readonly #filter = make('input', {
    class: 'field',
    type: 'search',
    'aria-label': 'Name, id or text of records',
    placeholder: 'Filter by name, id or text',
    oninput: () => this.#turn(0),
  });
  readonly #list = make('ul', { class: 'rows' });
  readonly #place = make('span', { class: 'hint' });
  readonly #before = this.#step('Before', -1);
  readonly #after = this.#step('Next', 1);
  readonly #items = new Keyed<RecordRow>(
    this.#list,
    ({ place }) => place,
    (row) => this.#rowOf(row),
  );
  #rows: readonly RecordRow[] = [];
  #page = 0;
  #picked: string | null = null;

  constructor(onPick: (row: RecordRow) => void) {
    this.#onPick = onPick;
    const pages = make('p', { class: 'pages' }, this.#before, this.#after, this.#place);
    this.root = make('div', { class: 'record-list' }, this.#filter, this.#list, pages);
  }

  show(rows: readonly RecordRow[]): void {
    this.#rows = rows;
    this.#turn(this.#page);
  }

  /** Another key. */
  reset(): void {
    this.#filter.value = '';
    this.#page = 0;
    this.#picked = null;
  }

  #turn(page: number): void {
    const wanted = this.#filter.value.trim().toLowerCase();
    const found = wanted === '' ? this.#rows : this.#rows.filter((row) => matches(row, wanted));
    const last = Math.max(0, Math.ceil(found.length / onPage) - 1);
    this.#page = Math.min(page, last);
    const from = this.#page * onPage;
    this.#items.show(found.slice(from, from + onPage));
    this.#markPicked();
    const to = Math.min(from + onPage, found.length);
    say(
      this.#place,
      found.length === 0 ? 'No records' : `${countText(from + 1)}–${countText(to)} of ${countText(found.length)}`,
    );
    setAll(this.#before, { disabled: this.#page === 0, hidden: last === 0 });
    setAll(this.#after, { disabled: this.#page === last, hidden: last === 0 });
  }

  #step(text: string, by: number): HTMLButtonElement {
    return make('button', { type: 'button', class: 'button small', onclick: () => this.#turn(this.#page + by) }, text);
  }

  #rowOf(row: RecordRow): HTMLElement {
    const { entityName, id, state, versions } = row;
    const isGone = [versions.memory, versions.local, versions.cloud].some((record) => record?.isDeleted);
    const button = make(
      'button',
      { type: 'button', class: 'row', 'data-place': row.place, onclick: () => this.#pick(row) },
      make('span', { class: `state ${state}`, title: state === 'same' ? 'the same in all tiers' : state }),
      make('span', { class: 'row-name' }, entityName),
      make('span', { class: 'mono clip' }, id),
      ...(isGone ? [make('span', { class: 'tag', 'data-type': 'delete' }, 'deleted')] : []),
    );
    return make('li', {}, button);
  }

  #pick(row: RecordRow): void {
    this.#picked = row.place;
    this.#markPicked();
    this.#onPick(row);
  }

  #markPicked(): void {
    for (const button of this.#list.querySelectorAll('button')) {
      setAll(button, { 'aria-pressed': String(button.dataset['place'] === this.#picked) });
    }
  }
}

function matches({ place, versions }: RecordRow, wanted: string): boolean {
  const texts = [versions.memory?.text, versions.local?.text, versions.cloud?.text];
  return [place, ...texts].some((text) => text?.toLowerCase().includes(wanted));
}
