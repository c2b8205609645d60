import { type SyntheticEvent, useState } from 'react';
import { Icon } from '../parts/Icon.tsx';
import { useBoard } from './useBoard.ts';

const vanishMs = 30_000;

export function AddCard() {
  const { add } = useBoard();
  const [title, setTitle] = useState('');
  const [due, setDue] = useState('');
  const [isVanishing, setIsVanishing] = useState(false);
  const submit = (event: SyntheticEvent): void => {
    event.preventDefault();
    if (title.trim() === '') return;
    add({
      title: title.trim(),
      ...(due === '' ? {} : { due }),
      ...(isVanishing ? { expiresAt: new Date(Date.now() + vanishMs) } : {}),
    });
    setTitle('');
    setDue('');
    setIsVanishing(false);
  };
  return (
    <form className="add-card" onSubmit={submit}>
      <input
        className="field"
        aria-label="New task"
        placeholder="Add a task"
        value={title}
        onChange={({ target }) => setTitle(target.value)}
      />
      <input
        className="field date-field"
        type="date"
        aria-label="Due date"
        value={due}
        onChange={({ target }) => setDue(target.value)}
      />
      <label className="chip-toggle" title="It is gone in 30 seconds, on every device">
        <input type="checkbox" checked={isVanishing} onChange={({ target }) => setIsVanishing(target.checked)} />
        <span>
          <Icon name="timer" /> <span className="chip-words">Gone in </span>30 s
        </span>
      </label>
      <button type="submit" className="button primary">
        Add
      </button>
    </form>
  );
}
