import { type KeyboardEvent, type SyntheticEvent, useEffect, useId, useRef, useState } from 'react';
import type { Card, StoredCard } from '../Card.ts';
import { useBoard } from './useBoard.ts';

interface CardEditorProps {
  readonly card: StoredCard;
  readonly onClose: () => void;
}

/** In the place of the card. What others change meanwhile stays theirs, except for the fields that are changed here. */
export function CardEditor({ card, onClose }: CardEditorProps) {
  const { change, following } = useBoard();
  const [started] = useState(card);
  const [title, setTitle] = useState(card.title);
  const [note, setNote] = useState(card.note);
  const [due, setDue] = useState(card.due ?? '');
  const id = useId();
  const first = useRef<HTMLInputElement>(null);
  // Whoever opens a card goes on to write, and sees all of it.
  useEffect(() => {
    first.current?.focus();
    first.current?.form?.scrollIntoView({ block: 'nearest' });
  }, []);
  const close = (): void => {
    following.current = card.id;
    onClose();
  };
  const submit = (event: SyntheticEvent): void => {
    event.preventDefault();
    const patch = changed(started, { title: title.trim() || started.title, note, due: due === '' ? undefined : due });
    if (Object.keys(patch).length > 0) change(card, patch);
    close();
  };
  const onKey = (event: KeyboardEvent): void => {
    if (event.key === 'Escape') close();
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) submit(event);
  };
  return (
    <form className="card editor" aria-label={`Edit ${started.title}`} onSubmit={submit} onKeyDown={onKey}>
      <label htmlFor={`${id}t`}>Title</label>
      <input
        className="field"
        id={`${id}t`}
        ref={first}
        value={title}
        onChange={({ target }) => setTitle(target.value)}
      />
      <label htmlFor={`${id}n`}>Note</label>
      <textarea className="field" id={`${id}n`} value={note} onChange={({ target }) => setNote(target.value)} />
      <label htmlFor={`${id}d`}>Due</label>
      <input
        className="field date-field"
        id={`${id}d`}
        type="date"
        value={due}
        onChange={({ target }) => setDue(target.value)}
      />
      <p className="editor-foot">
        <button type="submit" className="button primary">
          Save
        </button>
        <button type="button" className="button" onClick={close}>
          Cancel
        </button>
      </p>
    </form>
  );
}

type Edited = { [Field in 'title' | 'note' | 'due']?: Card[Field] | undefined };

/** Undefined takes a field away. */
function changed(before: StoredCard, after: Edited): Partial<Card> {
  const entries = Object.entries(after).filter(([field, value]) => before[field as keyof Edited] !== value);
  return Object.fromEntries(entries) as Partial<Card>;
}
