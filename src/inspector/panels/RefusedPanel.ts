import type { RejectedChange } from 'tiersync';
import { Keyed } from '../dom/keyed.ts';
import { make, setAll } from '../dom/make.ts';
import { valueText } from '../values/valueText.ts';

const shownAtMost = 50;

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
    this.#items.show(rejected.slice(0, shownAtMost));
    setAll(this.#hint, { hidden: rejected.length > 0 });
  }
}

function cardOf(change: RejectedChange, onFault: (error: Error) => void): HTMLElement {
  const { entityName, id, code, reason, entity } = change;
  const button = (text: string, about: string, work: () => Promise<void>, kind = ''): HTMLElement => {
    const onclick = (): void => void work().catch(onFault);
    return make(
      'button',
      { type: 'button', class: `button ${kind}`, 'aria-label': `${about} ${entityName} ${id}`, onclick },
      text,
    );
  };
  return make(
    'article',
    { class: 'card', 'aria-label': `Refused: ${entityName} ${id}` },
    make('h4', {}, make('span', { class: 'tag' }, entityName), ' ', make('span', { class: 'mono clip' }, id)),
    make('p', { class: 'fault' }, make('span', { class: 'mono' }, code), ` ${reason}`),
    make('p', { class: 'mono quoted' }, entity === null ? 'deleted' : valueText(entity)),
    make(
      'p',
      { class: 'card-foot' },
      button('Retry', 'Retry', () => change.retry(), 'primary'),
      button('Discard', 'Discard', () => change.discard()),
    ),
  );
}
