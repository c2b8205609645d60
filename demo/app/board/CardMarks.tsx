import type { StoredCard } from '../Card.ts';
import { Icon } from '../parts/Icon.tsx';
import { useNow } from '../useNow.ts';
import { dueText, today } from './dueText.ts';

/** When it is due, and when it will be gone. */
export function CardMarks({ card: { due, expiresAt, column } }: { readonly card: StoredCard }) {
  const now = useNow(expiresAt !== undefined);
  const when = due === undefined ? null : dueText(due, today(new Date(now)));
  return (
    <span className="card-marks">
      {when !== null && (
        <span className="mark" data-late={when.isLate && column !== 'done'}>
          <Icon name="calendar" />
          {when.text}
        </span>
      )}
      {expiresAt !== undefined && (
        <span className="mark" data-vanishing="true">
          <Icon name="timer" />
          {Math.max(0, Math.ceil((expiresAt.getTime() - now) / 1_000))} s
        </span>
      )}
    </span>
  );
}
