import { make, makeSvg, setAll } from '../dom/make.ts';
import type { KeyState } from '../tiles/keyStates.ts';

const meanings: { readonly [state in Exclude<KeyState, 'unseen'>]: string } = {
  same: 'holds the same',
  waiting: 'something waits',
  apart: 'differs',
  partly: 'here in part',
  alone: 'nothing to compare with',
  absent: 'not here',
};

/** What the colours say that are to be seen now. */
export class Legend {
  readonly root: HTMLElement;
  readonly #items: ReadonlyMap<KeyState, HTMLElement>;

  constructor() {
    const states = Object.keys(meanings) as (keyof typeof meanings)[];
    this.#items = new Map(
      states.map((state) => {
        const tile = makeSvg('rect', { class: `tile ${state}`, x: 1, y: 1, width: 12, height: 12, rx: 3 });
        const swatch = makeSvg('svg', { class: 'swatch', viewBox: '0 0 14 14', 'aria-hidden': 'true' }, tile);
        return [state, make('li', {}, swatch, meanings[state])];
      }),
    );
    this.root = make('ul', { class: 'legend', 'aria-label': 'Colours' }, ...this.#items.values());
  }

  show(states: ReadonlySet<KeyState>): void {
    for (const [state, item] of this.#items) setAll(item, { hidden: !states.has(state) });
  }
}
