import type { RejectedChange } from 'tiersync';
import { Keyed } from '../dom/keyed.ts';
import { make, setAll } from '../dom/make.ts';
import { valueText } from '../values/valueText.ts';
import { cardsAtMost, entityButton, entityTitle } from './aboutEntity.ts';

/** What the cloud refused, why, and what can be done about it. */
export class RefusedPanel {
  readonly root: HTMLElement;
  readonly #list = make('div', { class: 'cards' });
  readonly #hint = make('p', { class: 'hint' }, 'What the cloud refuses is kept here until somebody decides.');
  readonly #items: Keyed<RejectedChange>;

  /** `onFault`: a decision could not be carried out. */
  constructor(onFault: (error: Error) => void) {
    const keyOf = ({ entityName, id }: RejectedChange): string => `${entityName} ${id}`;
    this.#items = new Keyed(this.#list, keyOf, (change) => cardOf(change, onFault));
    this.root = make('div', {}, this.#hint, this.#list);
  }

  show(rejected: readonly RejectedChange[]): void {
    this.#items.show(rejected.slice(0, cardsAtMost));
    setAll(this.#hint, { hidden: rejected.length > 0 });
  }
}

function cardOf(change: RejectedChange, onFault: (error: Error) => void): HTMLElement {
  const { entityName, id, code, reason, entity } = change;
  const hear = (decided: Promise<void>): void => void decided.catch(onFault);
  return make(
    'article',
    { class: 'card', 'aria-label': `Refused: ${entityName} ${id}` },
    entityTitle(change),
    make('p', { class: 'fault' }, make('span', { class: 'mono' }, code), ` ${reason}`),
    make('p', { class: 'mono quoted' }, entity === null ? 'deleted' : valueText(entity)),
    make(
      'p',
      { class: 'card-foot' },
      entityButton(change, 'Retry', () => hear(change.retry()), { kind: 'primary' }),
      entityButton(change, 'Discard', () => hear(change.discard())),
    ),
  );
}
