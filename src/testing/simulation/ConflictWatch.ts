import type { EntityChange } from '../../interfaces/DataEvent.ts';
import type { Device } from './Device.ts';
import { placeOf } from './History.ts';
import type { Marked, SimulatedConflict } from './SimulatedData.ts';

/** Sees that an edit that lost is among the conflicts that the app was shown. */
export class ConflictWatch {
  readonly #device: Device;

  constructor(device: Device) {
    this.#device = device;
  }

  /** A version from elsewhere took the place of an own one that its writer did not know: a conflict must tell of it. */
  compare({ entityName, id, entity, previous }: EntityChange): void {
    const { setting, number, expectations, reported } = this.#device;
    const before = markOf(previous);
    const after = markOf(entity);
    if (before === null || before === after) return;
    const place = placeOf(entityName, id);
    const own = setting.history.find(place, before);
    if (own === undefined || own.device !== number || own.level === 'synced') return;
    const writes = setting.history.of(place);
    const rivals = writes.filter(({ mark, device }) => mark === after && (after !== null || device !== number));
    // A new version may stand on a deletion by somebody who knew.
    const deletions = writes.filter(({ mark, device }) => mark === null && device !== number);
    const mayKnow = [...rivals, ...deletions].some((rival) => setting.history.mayKnow(rival, before));
    const isTold = [...reported].some((entry) => entry.startsWith(`${place} ${before} `));
    if (rivals.length > 0 && !mayKnow && !isTold) expectations.set(`${place} ${before}`, own);
  }

  hear(conflicts: readonly SimulatedConflict[]): void {
    const { reported, expectations } = this.#device;
    for (const conflict of conflicts) {
      const place = placeOf(conflict.entityName, conflict.id);
      const entry = `${place} ${markOf(conflict.local)} ${markOf(conflict.remote)}`;
      if (reported.has(entry)) continue;
      reported.add(entry);
      expectations.delete(`${place} ${markOf(conflict.local)}`);
      this.#judge(place, conflict);
    }
  }

  #judge(place: string, { local, winner }: SimulatedConflict): void {
    const { setting, number } = this.#device;
    const isLocal = markOf(winner) === markOf(local);
    setting.sightings.see(isLocal ? 'conflict, local won' : 'conflict, remote won');
    if (winner === null && local !== null) setting.sightings.see('edit lost to a deletion');
    if (isLocal) return;
    for (const write of setting.history.of(place)) {
      if (write.device === number && write.mark === markOf(local)) write.isReported = true;
    }
  }
}

const markOf = (entity: object | null): string | null => (entity as Marked | null)?.mark ?? null;
