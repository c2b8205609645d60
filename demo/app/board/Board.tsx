import { useState } from 'react';
import { type ColumnName, columns } from '../Card.ts';
import { Segments } from '../parts/Segments.tsx';
import { AddCard } from './AddCard.tsx';
import { Column } from './Column.tsx';
import { BoardUse, useBoardState } from './useBoard.ts';

/** Cards in three columns; a narrow device shows one of them at a time. */
export function Board() {
  const [front, setFront] = useState<ColumnName>('todo');
  const board = useBoardState(setFront);
  return (
    <BoardUse value={board}>
      <div className="board">
        <AddCard />
        <div className="column-chooser">
          <Segments
            label="Column in front"
            options={columns.map(({ name, title }) => ({ id: name, title }))}
            value={front}
            onChange={setFront}
          />
        </div>
        <div className="columns">
          {columns.map((column) => (
            <Column key={column.name} column={column} isInFront={column.name === front} />
          ))}
        </div>
        <p className="unseen" role="status">
          {board.said}
        </p>
      </div>
    </BoardUse>
  );
}
