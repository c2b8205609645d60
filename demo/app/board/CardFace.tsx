import { type KeyboardEvent, type MouseEvent, memo, useEffect, useRef } from 'react';
import { beside, type StoredCard } from '../Card.ts';
import { Icon } from '../parts/Icon.tsx';
import { CardMarks } from './CardMarks.tsx';
import { dragCard } from './dragging.ts';
import { useBoard } from './useBoard.ts';

interface CardFaceProps {
  readonly card: StoredCard;
  readonly onOpen: (id: string) => void;
}

/** A card as it is read. Its title is the button that opens it, and takes the keys that move it. */
export const CardFace = memo(({ card, onOpen }: CardFaceProps) => {
  const { following, moveBeside, remove } = useBoard();
  const title = useRef<HTMLButtonElement>(null);
  const [before, after] = [beside(card.column, -1), beside(card.column, 1)];
  useEffect(() => {
    if (following.current !== card.id) return;
    following.current = null;
    title.current?.focus();
  }, [following, card.id]);
  const removeFrom = (title: HTMLElement): void => {
    // Whoever deletes by key goes on with the next one.
    if (!focusRow(title, 'nextElementSibling')) focusRow(title, 'previousElementSibling');
    remove(card);
  };
  const onKey = (event: KeyboardEvent<HTMLElement>): void => {
    if (event.key === 'ArrowLeft') moveBeside(card, -1, true);
    else if (event.key === 'ArrowRight') moveBeside(card, 1, true);
    else if (event.key === 'ArrowUp') focusRow(event.currentTarget, 'previousElementSibling');
    else if (event.key === 'ArrowDown') focusRow(event.currentTarget, 'nextElementSibling');
    else if (event.key === 'Delete') removeFrom(event.currentTarget);
    else return;
    event.preventDefault();
  };
  return (
    <article className="card" draggable onDragStart={(event) => dragCard(event, card.id)}>
      <button type="button" ref={title} className="card-title" onClick={() => onOpen(card.id)} onKeyDown={onKey}>
        {card.title}
      </button>
      {card.note !== '' && <p className="card-note">{card.note}</p>}
      <footer className="card-foot">
        <CardMarks card={card} />
        <span className="card-actions">
          {before !== undefined && (
            <button
              type="button"
              className="icon-button"
              aria-label={`Move ${card.title} to ${before.title}`}
              onClick={(event) => moveBeside(card, -1, isByKey(event))}
            >
              <Icon name="back" />
            </button>
          )}
          {after !== undefined && (
            <button
              type="button"
              className="icon-button"
              aria-label={`Move ${card.title} to ${after.title}`}
              onClick={(event) => moveBeside(card, 1, isByKey(event))}
            >
              <Icon name="forth" />
            </button>
          )}
          <button
            type="button"
            className="icon-button"
            aria-label={`Delete ${card.title}`}
            onClick={() => remove(card)}
          >
            <Icon name="cross" />
          </button>
        </span>
      </footer>
    </article>
  );
});

/** A key that presses a button is a click of no pointer. */
const isByKey = ({ detail }: MouseEvent): boolean => detail === 0;

function focusRow(title: HTMLElement, beside: 'previousElementSibling' | 'nextElementSibling'): boolean {
  const other = title.closest('.row')?.[beside]?.querySelector<HTMLElement>('.card-title');
  other?.focus();
  return other != null;
}
