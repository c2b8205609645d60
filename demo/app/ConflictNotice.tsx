import { useConflicts } from 'tiersync/react';
import { titleOf } from './sync/titleOf.ts';

/** Says where the board is that two edits have met, and one took the place of the other. */
export function ConflictNotice({ onCompare }: { readonly onCompare: () => void }) {
  const latest = useConflicts().findLast(({ lost }) => lost.length > 0);
  if (latest === undefined) return null;
  return (
    <p className="notice" role="status">
      <span className="clip">“{titleOf(latest.winner ?? latest.local ?? latest.remote)}” was edited twice</span>
      <button type="button" className="link-button" onClick={onCompare}>
        Compare
      </button>
    </p>
  );
}
