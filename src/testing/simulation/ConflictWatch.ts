import type { EntityChange } from '../../interfaces/DataEvent.ts';
import type { Device } from './Device.ts';
import { placeOf } from './History.ts';
import type { Marked, SimulatedConflict } from './SimulatedData.ts';

/** Sees that an edit that lost is among the conflicts that an app was shown, on this device or where the other was made. */
export class ConflictWatch {
  readonly #device: Device;
  /** Conflicts that this process has shown. */
  readonly #shown = new Set<string>();

  constructor(device: Device) {
    this.#device = device;
  }

  /** A version from elsewhere took the place of an own one that its writer did not know: a conflict must tell of it. */
  compare({ entityName, id, entity, previous }: EntityChange): void {
    const { setting, number } = this.#device;
    const before = markOf(previous);
    const after = markOf(entity);
    if (before === null || before === after) return;
    // Two clouds are two histories: where they meet, a later version that counts more edits may be made of any other.
    if (setting.cloud?.next !== undefined && !isCertain(previous, entity)) return;
    if (setting.cloud?.permits?.wasTaken(number, entityName, id)) return;
    const place = placeOf(entityName, id);
    const own = setting.history.find(place, before);
    if (own === undefined || own.device !== number || own.level === 'synced') return;
    const writes = setting.history.of(place);
    const rivals = writes.filter(({ mark, device }) => mark === after && (after !== null || device !== number));
    // Whoever knew it and wrote has replaced it, which is no conflict, even if that version lost to this one in turn.
    const mayKnow = writes.some((write) => write.device !== number && setting.history.mayKnow(write, before));
    if (rivals.length > 0 && !mayKnow) setting.lostEdits.expect(own, rivals);
  }

  hear(conflicts: readonly SimulatedConflict[]): void {
    for (const conflict of conflicts) {
      const place = placeOf(conflict.entityName, conflict.id);
      const [local, remote] = [markOf(conflict.local), markOf(conflict.remote)];
      const entry = `${place} ${local} ${remote}`;
      if (this.#shown.has(entry)) continue;
      this.#shown.add(entry);
      for (const mark of [local, remote]) if (mark !== null) this.#device.setting.lostEdits.tell(place, mark);
      this.#judge(place, local, markOf(conflict.winner));
    }
  }

  #judge(place: string, local: string | null, winner: string | null): void {
    const { setting, number } = this.#device;
    setting.sightings.see(winner === local ? 'conflict, local won' : 'conflict, remote won');
    if (winner === null && local !== null) setting.sightings.see('edit lost to a deletion');
    if (winner === local) return;
    for (const write of setting.history.of(place)) {
      if (write.device === number && write.mark === local) write.isReported = true;
    }
  }
}

const markOf = (entity: object | null): string | null => (entity as Marked | null)?.mark ?? null;

/** Whether two versions alone tell that the later one was not made of the other. */
const isCertain = (before: EntityChange['previous'], after: EntityChange['entity']): boolean =>
  before !== null && after !== null && after.version <= before.version && after.createdAt <= before.updatedAt;
