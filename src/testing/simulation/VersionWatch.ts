import { RetentionPriority } from '../../blob/RetentionPriority.ts';
import type { EntityChange } from '../../interfaces/DataEvent.ts';
import type { Device } from './Device.ts';
import { placeOf } from './History.ts';
import type { Life } from './Life.ts';
import type { Marked, SimulatedData } from './SimulatedData.ts';

interface Seen {
  readonly stamp: number;
  readonly mark: string;
}

/** Keeps the history of what the app wrote, and sees that versions only go on. */
export class VersionWatch {
  /** Places that were not in memory when the app wrote to them. */
  readonly unloaded: Set<string> = new Set();
  readonly #device: Device;
  readonly #life: Life;
  readonly #seen = new Map<string, Seen>();

  constructor(device: Device, life: Life) {
    this.#device = device;
    this.#life = life;
  }

  /** The app wrote this. */
  note({ entityName, id, entity, previous }: EntityChange): void {
    const { setting, number, clock } = this.#device;
    const place = placeOf(entityName, id);
    const before = previous as Marked | null;
    const base = before?.mark ?? (this.unloaded.has(place) ? undefined : setting.history.lastSeen(number, place));
    const mark = (entity as Marked | null)?.mark ?? null;
    const deletedAt = before === null ? null : Math.max(clock.now(), before.updatedAt.getTime() + 1);
    const stamp = entity === null ? deletedAt : entity.updatedAt.getTime();
    this.#look(place, base, stamp);
    const expiresAt = (entity as Marked | null)?.expiresAt?.getTime() ?? null;
    const confirmation = { level: 'memory', isReported: false, isAtRisk: false } as const;
    setting.history.note({ place, mark, device: number, base, stamp, expiresAt, ...confirmation });
  }

  /** A deletion on a key that is not in memory changes nothing that anybody sees, so no event tells of it. */
  noteUnseenDeletion(place: string): void {
    const { setting, number } = this.#device;
    setting.sightings.see('deletion of an unloaded key');
    const confirmation = { level: 'memory', isReported: false, isAtRisk: false } as const;
    const deletion = { place, mark: null, device: number, base: undefined, stamp: null, expiresAt: null };
    setting.history.note({ ...deletion, ...confirmation });
  }

  /** What was taken away on the device: nothing that must not be, as far as memory tells. */
  noteEvicted(data: SimulatedData, ids: ReadonlyArray<{ readonly entityName: string; readonly id: string }>): void {
    const { setting, number } = this.#device;
    setting.sightings.see('taken away to make room');
    for (const { entityName, id } of ids) {
      const repo = data.repo(entityName);
      const isCritical = repo.peek(id)?.retentionPriority === RetentionPriority.CRITICAL;
      if (!isCritical || repo.syncState(id) !== 'synced') continue;
      setting.violations.report('P2', `${placeOf(entityName, id)} was taken away, which is critical`, number);
    }
  }

  /** Versions of one id never go back on a device, whoever brings them. */
  follow({ entityName, id, entity }: EntityChange, source: string): void {
    if (entity === null) return;
    const { setting, number } = this.#device;
    const { mark, updatedAt } = entity as unknown as Marked;
    const place = placeOf(entityName, id);
    const seen = this.#seen.get(place);
    const stamp = updatedAt.getTime();
    // A device that had to forget a version cannot know what comes after it.
    const wasTaken = setting.cloud?.permits?.wasTaken(number, entityName, id) === true;
    if (!wasTaken && seen !== undefined && seen.mark !== mark && !setting.isWild && setting.isLastWriteWins) {
      const isBack = stamp < seen.stamp || (source === 'user' && stamp === seen.stamp);
      const what = `${place} went from ${seen.mark} of ${seen.stamp} back to ${mark} of ${stamp} (${source})`;
      if (isBack) setting.violations.report('P8', what, number);
    }
    this.#seen.set(place, { stamp, mark });
    setting.history.see(number, place, mark);
  }

  #look(place: string, base: string | null | undefined, stamp: number | null): void {
    const { setting, number, clock } = this.#device;
    const { history, sightings } = setting;
    const others = history.of(place).filter(({ device }) => device !== number);
    if (stamp !== null && others.some((write) => write.stamp === stamp)) sightings.see('equal stamps on two devices');
    if (base === null && others.some((write) => write.base === null)) sightings.see('same id created on two devices');
    if (base === undefined) sightings.see('edit of an unloaded key');
    if (clock.isStuck) sightings.see('edit under a frozen clock');
    if (this.#life.requests.hasCloudRequest) sightings.see('edit while a sync runs');
  }
}
