import type { Conflict } from 'tiersync';
import { Keyed } from '../dom/keyed.ts';
import { make, say, setAll } from '../dom/make.ts';
import { type FieldDifference, fieldDifferences } from '../values/fieldDifferences.ts';
import { many, timeText } from '../values/texts.ts';
import { cardsAtMost, entityButton, entityTitle } from './aboutEntity.ts';

/** Both versions of what two devices edited, field by field, and the button that brings back the one that lost. */
export class ConflictsPanel {
  readonly root: HTMLElement;
  readonly #list = make('div', { class: 'cards' });
  readonly #hint = make('p', { class: 'hint' });
  readonly #items: Keyed<Conflict>;

  /** `onFault`: what lost could not be brought back. */
  constructor(onFault: (error: Error) => void) {
    const keyOf = ({ id, number }: Conflict): string => `${id} ${number}`;
    this.#items = new Keyed(this.#list, keyOf, (conflict) => cardOf(conflict, onFault));
    this.root = make('div', {}, this.#hint, this.#list);
  }

  show(conflicts: readonly Conflict[]): void {
    // The older ones come up as these are done with.
    this.#items.show(conflicts.toReversed().slice(0, cardsAtMost));
    const more = conflicts.length - cardsAtMost;
    say(
      this.#hint,
      conflicts.length === 0
        ? 'Edits of two devices that meet are shown here, both of them.'
        : more > 0
          ? `${many(more, 'older one', 'older ones')} not shown.`
          : '',
    );
    setAll(this.#hint, { hidden: this.#hint.textContent === '' });
  }
}

function cardOf(conflict: Conflict, onFault: (error: Error) => void): HTMLElement {
  const { entityName, id, at, strategy, reason, base, lost } = conflict;
  const restore = (): void => void conflict.restore().catch(onFault);
  return make(
    'article',
    { class: 'card', 'aria-label': `Conflict about ${entityName} ${id}` },
    entityTitle(conflict),
    make('p', { class: 'hint' }, `${timeText(at.getTime())} · ${strategy} · ${reason}`),
    tableOf(fieldDifferences(conflict), base !== undefined),
    make(
      'p',
      { class: 'card-foot' },
      ...(lost.length === 0
        ? [make('span', { class: 'hint' }, 'Both edits are in what was kept.')]
        : [
            entityButton(conflict, 'Restore what was lost', restore, {
              does: 'Restore what was lost of',
              kind: 'primary',
            }),
          ]),
      entityButton(conflict, 'Done', () => conflict.dismiss(), { does: 'Done with the conflict about' }),
    ),
  );
}

/** `hasBase`: it is known what both were made of. */
function tableOf(differences: readonly FieldDifference[], hasBase: boolean): HTMLElement {
  const titles = ['Field', ...(hasBase ? ['Before'] : []), 'Here', 'Elsewhere'];
  const cell = (text: string, isKept: boolean): HTMLElement =>
    make('td', { 'data-kept': isKept }, text, ...(isKept ? [' ', make('span', { class: 'tag' }, 'kept')] : []));
  const rows = differences.map(({ field, base, local, remote, kept }) =>
    make(
      'tr',
      {},
      make('th', { scope: 'row', class: 'mono' }, field === '' ? 'all of it' : field),
      ...(hasBase ? [cell(base, false)] : []),
      cell(local, kept === 'local'),
      cell(remote, kept === 'remote'),
    ),
  );
  return make(
    'table',
    {},
    make('thead', {}, make('tr', {}, ...titles.map((title) => make('th', { scope: 'col' }, title)))),
    make('tbody', {}, ...rows),
  );
}
