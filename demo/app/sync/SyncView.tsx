import { useConflicts, usePending, useTierSync } from 'tiersync/react';
import { useStream } from '../useStream.ts';
import { ConflictItem } from './ConflictItem.tsx';
import { Plenty } from './Plenty.tsx';
import { RejectedItem } from './RejectedItem.tsx';
import { titleOf } from './titleOf.ts';

/** So many are named; of the rest the number says enough. */
const named = 20;

/** What was decided, refused, and what still waits. */
export function SyncView() {
  const { sync } = useTierSync();
  const conflicts = useConflicts();
  const rejected = useStream(sync.rejected$, []);
  const pending = usePending();
  const waiting = pending.length === 0 ? [] : sync.queue.getAll().slice(0, named);
  return (
    <div className="sync-view">
      <section aria-label="Conflicts">
        <h3>
          Conflicts <span className="count">{conflicts.length}</span>
        </h3>
        {conflicts.length === 0 && <p className="hint">Edits of two devices that meet are shown here, both of them.</p>}
        {conflicts.toReversed().map((conflict) => (
          <ConflictItem key={conflict.number} conflict={conflict} />
        ))}
      </section>
      {rejected.length > 0 && (
        <section aria-label="Refused">
          <h3>
            Refused by the cloud <span className="count">{rejected.length}</span>
          </h3>
          {rejected.map((change) => (
            <RejectedItem key={change.id} change={change} />
          ))}
        </section>
      )}
      <section aria-label="Waiting">
        <h3>
          Waiting for the cloud <span className="count">{pending.length.toLocaleString('en')}</span>
        </h3>
        {waiting.length === 0 && <p className="hint">Everything is in the cloud.</p>}
        <ul className="plain">
          {waiting.map(({ id, type, entity }) => (
            <li key={id}>
              <span className="tag">{type}</span> <span className="clip">{titleOf(entity)}</span>
            </li>
          ))}
        </ul>
        {pending.length > named && <p className="hint">and {(pending.length - named).toLocaleString('en')} more</p>}
      </section>
      <Plenty />
    </div>
  );
}
