import type { EntityChange } from '../../interfaces/DataEvent.ts';
import type { Device } from './Device.ts';
import type { Marked, SimulatedData } from './SimulatedData.ts';

/** How many entities a batch makes that must be seen together. */
export const setSize = 3;

export const setMark = (set: string, member: number): string => `set:${set}:${member}`;

/** The set that a mark belongs to; null: to none. */
export function setOf(mark: string | null | undefined): string | null {
  return mark?.startsWith('set:') ? mark.slice(0, mark.lastIndexOf(':')) : null;
}

/** Sees that what one batch of another device made comes in one step. */
export class SetWatch {
  readonly #device: Device;
  readonly #data: SimulatedData;

  constructor(device: Device, data: SimulatedData) {
    this.#device = device;
    this.#data = data;
  }

  check(changes: readonly EntityChange[]): void {
    const sets = new Set<string>();
    for (const { entity, previous } of changes) {
      const set = setOf((entity as Marked | null)?.mark);
      if (set !== null && previous === null) sets.add(set);
    }
    for (const set of sets) this.#checkSet(set);
  }

  #checkSet(set: string): void {
    const { setting, number } = this.#device;
    const members = setting.history.setMembers(set);
    // Written again since, or perhaps lost in part before it was confirmed: then nothing can be said.
    if (members.some(({ writes }) => writes.length > 1 || writes.some(({ isAtRisk }) => isAtRisk))) return;
    const { permits } = setting.cloud ?? {};
    if (members.some(({ entityName, id }) => permits?.wasTaken(number, entityName, id))) return;
    const peeks = members.map(({ entityName, id }) => this.#data.repo(entityName).peek(id));
    if (peeks.includes(undefined)) return;
    const count = peeks.filter((peek) => peek !== null).length;
    if (count === members.length) setting.sightings.see('batch seen whole elsewhere');
    else setting.violations.report('P3', `${count} of ${members.length} of the batch ${set} are here`, number);
  }
}
