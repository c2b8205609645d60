import { make, say, setAll } from './make.ts';

export interface PickerOptions {
  readonly label: string;
  /** Where a key of the keyboard leads; null: nowhere. */
  readonly next: (from: number, key: string) => number | null;
  readonly textOf: (index: number) => string;
  /** Another one is looked at; null: none. */
  readonly onLook: (index: number | null) => void;
  readonly onPick?: (index: number) => void;
}

let ids = 0;

/**
 * A picture of many things of which one is looked at, by pointer or keyboard: one stop of the Tab key, arrows inside. To a
 * screen reader it is a list box, of which only the option in question exists.
 */
export class Picker {
  readonly root: HTMLElement;
  readonly #o: PickerOptions;
  readonly #option: HTMLElement;
  #count = 0;
  #at: number | null = null;

  constructor(options: PickerOptions, ...children: readonly Node[]) {
    this.#o = options;
    ids += 1;
    this.#option = make('div', { role: 'option', id: `option-${ids}`, class: 'unseen' });
    this.root = make(
      'div',
      {
        role: 'listbox',
        tabindex: 0,
        'aria-label': options.label,
        onkeydown: (event: KeyboardEvent) => this.#key(event),
        onfocus: () => this.look(this.#at ?? (this.#count > 0 ? 0 : null)),
      },
      ...children,
      this.#option,
    );
  }

  get at(): number | null {
    return this.#at;
  }

  /** So many things there are now; the one that is looked at may be another, or gone. */
  renew(count: number, at: number | null = this.#at): void {
    this.#count = count;
    this.#show(at !== null && at < count ? at : null);
  }

  look(at: number | null): void {
    if (at === this.#at) return;
    this.#show(at);
    this.#o.onLook(at);
  }

  #key(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey || this.#count === 0) return;
    const at = this.#at ?? 0;
    if ((event.key === 'Enter' || event.key === ' ') && this.#o.onPick !== undefined) this.#o.onPick(at);
    else {
      const next = this.#o.next(at, event.key);
      if (next === null) return;
      this.look(next);
    }
    event.preventDefault();
  }

  #show(at: number | null): void {
    this.#at = at;
    const { id } = this.#option;
    setAll(this.root, { 'aria-activedescendant': at === null ? null : id });
    setAll(this.#option, {
      'aria-selected': at === null ? null : 'true',
      'aria-setsize': this.#count,
      'aria-posinset': at === null ? null : at + 1,
    });
    say(this.#option, at === null ? '' : this.#o.textOf(at));
  }
}
