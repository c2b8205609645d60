import { createContext, type RefObject, useContext, useRef, useState } from 'react';
import { useRepo } from 'tiersync/react';
import { beside, type Card, type ColumnName, columns, type StoredCard } from '../Card.ts';

export interface BoardActions {
  /** Told to those who cannot see it. */
  readonly said: string;
  /** The card that is moved by keyboard keeps the focus. */
  readonly following: RefObject<string | null>;
  add(card: Pick<Card, 'title'> & Partial<Card>): void;
  change(card: StoredCard, patch: Partial<Card>): void;
  moveTo(id: string, column: ColumnName): void;
  /** `isByKey`: a narrow device shows the column that it went to, so that the focus goes along. */
  moveBeside(card: StoredCard, step: -1 | 1, isByKey: boolean): void;
  remove(card: StoredCard): void;
}

export const BoardUse = createContext<BoardActions | null>(null);

export function useBoard(): BoardActions {
  const board = useContext(BoardUse);
  if (board === null) throw new Error('cards stand on a Board');
  return board;
}

export function useBoardState(show: (column: ColumnName) => void): BoardActions {
  const cards = useRepo<Card>('Card');
  const [said, say] = useState('');
  const following = useRef<string | null>(null);
  const moveTo = (id: string, column: ColumnName): void => {
    void cards.update(id, { column, since: new Date() });
    say(`Moved to ${columns.find(({ name }) => name === column)?.title}`);
  };
  return {
    said,
    following,
    add(card) {
      cards.save({ note: '', column: 'todo', since: new Date(), ...card });
      say(`${card.title} added`);
    },
    change(card, patch) {
      // Only what was changed: others may be changing the rest of it.
      void cards.update(card.id, patch);
      say(`${card.title} saved`);
    },
    moveTo,
    moveBeside(card, step, isByKey) {
      const column = beside(card.column, step);
      if (column === undefined) return;
      following.current = card.id;
      moveTo(card.id, column.name);
      if (isByKey) show(column.name);
    },
    remove(card) {
      cards.delete(card.id);
      say(`${card.title} deleted`);
    },
  };
}
