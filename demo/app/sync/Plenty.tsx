import { useState } from 'react';
import { useRepo } from 'tiersync/react';
import { type Card, columns } from '../Card.ts';

const plenty = 10_000;
const atOnce = 250;

/** A board that is used for years, at the push of a button. */
export function Plenty() {
  const cards = useRepo<Card>('Card');
  const [isAdding, setIsAdding] = useState(false);
  const add = async (): Promise<void> => {
    setIsAdding(true);
    for (let from = 0; from < plenty; from += atOnce) {
      cards.saveMany(Array.from({ length: atOnce }, (_, i) => cardOf(from + i)));
      // The page goes on being used meanwhile.
      await new Promise((resolve) => setTimeout(resolve));
    }
    setIsAdding(false);
  };
  return (
    <section aria-label="Size">
      <h3>Size</h3>
      <p className="hint">Only the cards that are seen are rendered, and one edit writes one row.</p>
      <button type="button" className="button" disabled={isAdding} onClick={() => void add()}>
        Add 10,000 tasks
      </button>
    </section>
  );
}

const cardOf = (n: number): Card => ({
  title: `Task ${(n + 1).toLocaleString('en')}`,
  note: '',
  column: columns[n % columns.length]!.name,
  since: new Date(Date.UTC(2020, 0, 1) - n * 1_000),
});
