import type { RejectedChange } from 'tiersync';
import { titleOf } from './titleOf.ts';

export function RejectedItem({ change }: { readonly change: RejectedChange }) {
  const title = titleOf(change.entity);
  return (
    <article className="conflict">
      <h4 className="clip">{title}</h4>
      <p className="hint">{change.reason}</p>
      <p className="conflict-foot">
        <button
          type="button"
          className="button primary"
          aria-label={`Send ${title} again`}
          onClick={() => void change.retry()}
        >
          Retry
        </button>
        <button
          type="button"
          className="button"
          aria-label={`Take back ${title}`}
          onClick={() => void change.discard()}
        >
          Discard
        </button>
      </p>
    </article>
  );
}
