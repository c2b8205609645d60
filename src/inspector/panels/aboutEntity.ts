import { make } from '../dom/make.ts';

interface About {
  readonly entityName: string;
  readonly id: string;
}

/** So many cards are shown at once. */
export const cardsAtMost = 50;

export const entityTitle = ({ entityName, id }: About): HTMLElement =>
  make('h4', {}, make('span', { class: 'tag' }, entityName), ' ', make('span', { class: 'mono clip' }, id));

/** A button on a card. `does`: the same for those who hear it apart from its card. */
export const entityButton = (
  { entityName, id }: About,
  text: string,
  onclick: () => void,
  { does = text, kind = '' }: { readonly does?: string; readonly kind?: 'primary' | '' } = {},
): HTMLElement =>
  make(
    'button',
    { type: 'button', class: `button ${kind}`, 'aria-label': `${does} ${entityName} ${id}`, onclick },
    text,
  );
