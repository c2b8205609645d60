import { make, say, setAll } from './make.ts';

export interface TabPanel {
  readonly id: string;
  readonly title: string;
  readonly root: HTMLElement;
}

/** One of several panels, chosen by tabs as the patterns of ARIA have them. */
export class Tabs {
  readonly root: HTMLElement;
  readonly #panels: readonly TabPanel[];
  readonly #tabs: readonly HTMLButtonElement[];
  readonly #badges: readonly HTMLElement[];
  readonly #onShow: (id: string) => void;
  #shown: string;

  constructor(label: string, panels: readonly TabPanel[], onShow: (id: string) => void) {
    this.#panels = panels;
    this.#onShow = onShow;
    this.#badges = panels.map(({ id }) => make('span', { class: `badge ${id}`, hidden: true }));
    this.#tabs = panels.map(({ id, title }, i) =>
      make(
        'button',
        {
          type: 'button',
          role: 'tab',
          class: 'tab',
          id: `tab-${id}`,
          'aria-controls': `panel-${id}`,
          onclick: () => this.show(id),
          onkeydown: (event: KeyboardEvent) => this.#key(event, i),
        },
        title,
        this.#badges[i] as HTMLElement,
      ),
    );
    for (const { id, root } of panels) {
      setAll(root, { role: 'tabpanel', id: `panel-${id}`, 'aria-labelledby': `tab-${id}`, class: 'panel' });
    }
    const list = make('div', { role: 'tablist', class: 'tabs', 'aria-label': label }, ...this.#tabs);
    this.root = make('section', { class: 'lists', 'aria-label': label }, list, ...panels.map(({ root }) => root));
    this.#shown = panels[0]?.id ?? '';
    this.#mark();
  }

  get shown(): string {
    return this.#shown;
  }

  show(id: string): void {
    if (id === this.#shown) return;
    this.#shown = id;
    this.#mark();
    this.#onShow(id);
  }

  /** How many things wait there for somebody; 0 is not shown. */
  count(id: string, text: string | null): void {
    const badge = this.#badges[this.#panels.findIndex((panel) => panel.id === id)];
    if (badge === undefined) return;
    say(badge, text ?? '');
    setAll(badge, { hidden: text === null });
  }

  #mark(): void {
    for (const [i, { id, root }] of this.#panels.entries()) {
      const isShown = id === this.#shown;
      setAll(this.#tabs[i] as Element, { 'aria-selected': String(isShown), tabindex: isShown ? 0 : -1 });
      setAll(root, { hidden: !isShown });
    }
  }

  #key(event: KeyboardEvent, at: number): void {
    const { length } = this.#panels;
    const next = { ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0, End: length - 1 }[event.key];
    if (next === undefined) return;
    event.preventDefault();
    const index = (next + length) % length;
    this.show((this.#panels[index] as TabPanel).id);
    this.#tabs[index]?.focus();
  }
}
