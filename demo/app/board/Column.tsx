import { useRef, useState } from 'react';
import { useEntities } from 'tiersync/react';
import type { Card, columns } from '../Card.ts';
import { CardEditor } from './CardEditor.tsx';
import { CardFace } from './CardFace.tsx';
import { cardWindow } from './cardWindow.ts';
import { draggedCard } from './dragging.ts';
import { useBoard } from './useBoard.ts';
import { useScrolled } from './useScrolled.ts';

interface ColumnProps {
  readonly column: (typeof columns)[number];
  readonly isInFront: boolean;
}

/** However many cards there are, those that are seen are rendered. */
export function Column({ column: { name, title }, isInFront }: ColumnProps) {
  const { moveTo } = useBoard();
  const { data: cards = [], status } = useEntities<Card>('Card', {
    where: { column: name },
    sort: [{ field: 'since', direction: 'desc' }],
  });
  const list = useRef<HTMLUListElement>(null);
  const [scrolled, seen] = useScrolled(list);
  const [open, setOpen] = useState<string | null>(null);
  const openRow = open === null ? -1 : cards.findIndex(({ id }) => id === open);
  const shown = cardWindow(cards.length, openRow, scrolled, seen);
  return (
    <section
      className="column"
      data-front={isInFront}
      aria-label={title}
      onDragOver={(event) => event.preventDefault()}
      onDrop={(event) => moveTo(draggedCard(event), name)}
    >
      <h3>
        {title} <span className="count">{cards.length.toLocaleString('en')}</span>
      </h3>
      <ul className="cards" ref={list} data-loaded={status === 'ready'}>
        <li className="cards-height" aria-hidden="true" style={{ height: shown.height }} />
        {cards.slice(shown.first, shown.end).map((card, i) => {
          const row = shown.first + i;
          return (
            <li
              className="row"
              key={card.id}
              style={{ top: shown.top(row) }}
              aria-setsize={cards.length}
              aria-posinset={row + 1}
            >
              {card.id === open ? (
                <CardEditor card={card} onClose={() => setOpen(null)} />
              ) : (
                <CardFace card={card} onOpen={setOpen} />
              )}
            </li>
          );
        })}
      </ul>
      {status === 'ready' && cards.length === 0 && <p className="hint">Nothing here</p>}
    </section>
  );
}
