import type { Conflict } from 'tiersync';
import { useEntity, useRepo } from 'tiersync/react';
import type { Card } from '../Card.ts';
import { type FieldDifference, fieldDifferences, type Side } from './fieldDifferences.ts';
import { titleOf } from './titleOf.ts';

/** Both versions of what was lost, field by field. What was not kept can be had back, and given away again. */
export function ConflictItem({ conflict }: { readonly conflict: Conflict }) {
  const { local, remote, winner, reason, at, id } = conflict;
  const cards = useRepo<Card>('Card');
  const { data: now = null } = useEntity('Card', id);
  const title = titleOf(now ?? winner ?? local ?? remote);
  const restore = ({ field }: FieldDifference, side: Side): void => {
    const version = side === 'local' ? local : remote;
    if (now === null || local === null || remote === null) void conflict.restore();
    else void cards.update(id, { [field]: version?.[field] });
  };
  const differences = fieldDifferences(conflict, now);
  return (
    <article className="conflict" aria-label={`Conflict about ${title}`}>
      <h4 className="clip">{title}</h4>
      <p className="hint">
        {at.toLocaleTimeString('en')}. {reason}
      </p>
      {differences.length === 0 ? (
        <p className="hint">Both edits are in it.</p>
      ) : (
        <table>
          <thead>
            <tr>
              <th scope="col">
                <span className="unseen">Field</span>
              </th>
              <th scope="col">This device</th>
              <th scope="col">Another device</th>
            </tr>
          </thead>
          <tbody>
            {differences.map((difference) => (
              <tr key={difference.field}>
                <th scope="row">{difference.field}</th>
                <Version of="local" {...{ difference, restore }} />
                <Version of="remote" {...{ difference, restore }} />
              </tr>
            ))}
          </tbody>
        </table>
      )}
      <button
        type="button"
        className="button"
        aria-label={`Done with the conflict about ${title}`}
        onClick={() => conflict.dismiss()}
      >
        Done
      </button>
    </article>
  );
}

interface VersionProps {
  readonly of: Side;
  readonly difference: FieldDifference;
  readonly restore: (difference: FieldDifference, side: Side) => void;
}

function Version({ of, difference, restore }: VersionProps) {
  const isKept = difference.kept === of;
  const { field, [of]: text } = difference;
  return (
    <td data-kept={isKept}>
      <span className="version">{text}</span>
      {isKept ? (
        <span className="tag">kept</span>
      ) : (
        <button
          type="button"
          className="button small"
          aria-label={`Restore ${field}: ${text}`}
          onClick={() => restore(difference, of)}
        >
          Restore
        </button>
      )}
    </td>
  );
}
