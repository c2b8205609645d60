import type { PendingChange } from 'tiersync';
import { Keyed } from '../dom/keyed.ts';
import { make, say, setAll } from '../dom/make.ts';
import { many } from '../values/texts.ts';

const shownAtMost = 100;

/** What the cloud has not confirmed, in the order in which it is sent. */
export class WaitingPanel {
  readonly root: HTMLElement;
  readonly #list = make('ol', { class: 'plain' });
  readonly #hint = make('p', { class: 'hint' });
  readonly #items = new Keyed<PendingChange>(
    this.#list,
    ({ entityName, id }) => `${entityName} ${id}`,
    ({ entityName, id, type, state }) =>
      make(
        'li',
        {},
        make(
          'span',
          { class: 'tag', 'data-type': state === 'rejected' ? 'refused' : type },
          state === 'rejected' ? 'refused' : type,
        ),
        make('span', {}, entityName),
        make('span', { class: 'mono clip' }, id),
      ),
  );

  constructor() {
    this.root = make('div', {}, this.#list, this.#hint);
  }

  show(pending: readonly PendingChange[]): void {
    this.#items.show(pending.slice(0, shownAtMost));
    const more = pending.length - shownAtMost;
    say(
      this.#hint,
      pending.length === 0 ? 'Nothing waits to be sent.' : more > 0 ? `and ${many(more, 'more', 'more')}` : '',
    );
    setAll(this.#hint, { hidden: this.#hint.textContent === '' });
  }
}
